//! A small pool of shared values, so that what is made once a frame is made without allocating:
//! whoever needs a fresh one gets one that nobody else holds any more.

use std::sync::Arc;

/// Hands out `Arc<T>`s that nobody else holds. Bounded: when all are held, a fresh one is made and
/// not kept, so a slow holder costs an allocation and never a wait.
#[derive(Debug)]
pub struct Pool<T> {
    kept: Vec<Arc<T>>,
    make: fn() -> T,
}

impl<T> Pool<T> {
    /// A pool that keeps `size` values made by `make`.
    pub fn new(size: usize, make: fn() -> T) -> Self {
        Self { kept: (0..size).map(|_| Arc::new(make())).collect(), make }
    }

    /// Fills a value that nobody else holds and returns it, shared.
    pub fn fill(&mut self, fill: impl FnOnce(&mut T)) -> Arc<T> {
        for slot in &mut self.kept {
            if let Some(value) = Arc::get_mut(slot) {
                fill(value);
                return Arc::clone(slot);
            }
        }
        let mut value = (self.make)();
        fill(&mut value);
        Arc::new(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reuses_what_nobody_holds() {
        let mut pool = Pool::new(2, || 0);
        let a = pool.fill(|v| *v = 1);
        let b = pool.fill(|v| *v = 2);
        assert_eq!((*a, *b), (1, 2));
        let first = Arc::as_ptr(&a);
        drop(a);
        assert_eq!(Arc::as_ptr(&pool.fill(|v| *v = 3)), first);
        let _kept = b;
    }
}
