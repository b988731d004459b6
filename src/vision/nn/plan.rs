//! Gives every value a buffer: buffers are reused once a value is no longer needed, and a sum is
//! computed in the buffer of one of its sides where that side is not needed again. Knows lengths and
//! order only, not what the layers compute.

use super::layer::{Layer, Node, Program};
use super::{MAX_ARENA, refuse};
use crate::base::Result;

/// A range of a buffer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    pub buffer: usize,
    pub offset: usize,
    pub len: usize,
}

/// A layer with its places. Without a source the destination holds the input and is overwritten.
#[derive(Debug)]
pub struct Step {
    pub layer: Layer,
    pub source: Option<View>,
    pub destination: View,
    /// What is in the destination is added (see [`Node`]).
    pub adds: bool,
}

/// Steps over buffers. Buffer 0 is the network's input, which no step writes.
#[derive(Debug)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// Values in each buffer.
    pub buffers: Vec<usize>,
    pub outputs: Vec<View>,
}

/// Plans the buffers of `program`.
///
/// # Errors
/// `Invalid` if all buffers together would exceed [`MAX_ARENA`].
pub fn plan(program: Program) -> Result<Plan> {
    let mut planner = Planner::new(&program);
    let mut steps = Vec::with_capacity(program.nodes.len());
    for (index, node) in program.nodes.iter().enumerate() {
        planner.node(index, node, &mut steps);
        planner.release(index, node);
    }
    let outputs = program.outputs.iter().map(|&value| planner.view(value)).collect();
    let total = planner.buffers.iter().fold(0_usize, |sum, &len| sum.saturating_add(len));
    if total > MAX_ARENA {
        return Err(refuse(format!(
            "it needs {total} intermediate values, more than the {MAX_ARENA} allowed"
        )));
    }
    Ok(Plan { steps, buffers: planner.buffers, outputs })
}

struct Planner<'p> {
    program: &'p Program,
    /// Buffer of each value that has one of its own.
    buffer_of: Vec<Option<usize>>,
    /// The last node that needs each value; `usize::MAX` for input and outputs.
    last_use: Vec<usize>,
    buffers: Vec<usize>,
    free: Vec<usize>,
}

impl<'p> Planner<'p> {
    fn new(program: &'p Program) -> Self {
        let mut last_use = vec![0; program.values.len()];
        for (index, node) in program.nodes.iter().enumerate() {
            for value in [Some(node.source), node.residual, Some(node.output)].into_iter().flatten()
            {
                last_use[program.home(value).0] = index;
            }
        }
        for &value in program.outputs.iter().chain([&program.input]) {
            last_use[program.home(value).0] = usize::MAX;
        }
        let mut buffer_of = vec![None; program.values.len()];
        buffer_of[program.input] = Some(0);
        let buffers = vec![program.values[program.input].len];
        Self { program, buffer_of, last_use, buffers, free: Vec::new() }
    }

    fn view(&self, value: usize) -> View {
        let (home, offset) = self.program.home(value);
        View {
            buffer: self.buffer_of[home].unwrap_or(0),
            offset,
            len: self.program.values[value].len,
        }
    }

    fn node(&mut self, index: usize, node: &Node, steps: &mut Vec<Step>) {
        let alone = matches!(node.layer, Layer::Activate { .. } | Layer::Sigmoid);
        let layer = node.layer.clone();
        // What the destination must hold before: for a sum one side, for an activation its input.
        let (mut source, mut before) = (Some(node.source), node.residual);
        if alone {
            (source, before) = (None, Some(node.source));
        } else if let (Layer::Add { .. }, Some(other)) = (&layer, before)
            && !self.reusable(index, other, node.output)
            && self.reusable(index, node.source, node.output)
        {
            (source, before) = (Some(other), Some(node.source));
        }
        let adds = before.is_some() && !alone;
        let Some(before) = before else {
            let source = source.map(|value| self.view(value));
            let destination = self.destination(node.output);
            steps.push(Step { layer, source, destination, adds });
            return;
        };
        let same =
            source.is_some_and(|value| self.program.home(value).0 == self.program.home(before).0);
        let one_pass = same && matches!(layer, Layer::Block { .. }) && source == Some(before);
        if self.reusable(index, before, node.output) && (!same || one_pass) {
            let (from, to) = (self.program.home(before).0, self.program.home(node.output).0);
            self.buffer_of[to] = self.buffer_of[from];
            if one_pass {
                source = None;
            }
        } else {
            let from = self.view(before);
            let destination = self.destination(node.output);
            let copy = Layer::Copy { rows: 1, len: from.len, pitch: from.len, offset: 0 };
            steps.push(Step { layer: copy, source: Some(from), destination, adds: false });
        }
        let source = source.map(|value| self.view(value));
        steps.push(Step { layer, source, destination: self.view(node.output), adds });
    }

    /// Whether `output` may take over the buffer of `value`, which node `index` is the last to need.
    fn reusable(&self, index: usize, value: usize, output: usize) -> bool {
        let program = self.program;
        let whole = |v: usize| {
            program.home(v).1 == 0 && program.values[program.home(v).0].len == program.values[v].len
        };
        let (home, out_home) = (program.home(value).0, program.home(output).0);
        self.last_use[home] == index
            && whole(value)
            && whole(output)
            && program.values[value].len == program.values[output].len
            && self.buffer_of[out_home].is_none()
            && home != out_home
    }

    /// The output's place; a new buffer if it has none yet.
    fn destination(&mut self, value: usize) -> View {
        let home = self.program.home(value).0;
        if self.buffer_of[home].is_none() {
            self.buffer_of[home] = Some(self.acquire(self.program.values[home].len));
        }
        self.view(value)
    }

    /// The free buffer that fits best, or the largest one grown, or a new one.
    fn acquire(&mut self, len: usize) -> usize {
        let fit = |&(_, &buffer): &(usize, &usize)| {
            (self.buffers[buffer] < len, self.buffers[buffer].abs_diff(len))
        };
        match self.free.iter().enumerate().min_by_key(fit) {
            Some((at, _)) => {
                let buffer = self.free.swap_remove(at);
                self.buffers[buffer] = self.buffers[buffer].max(len);
                buffer
            }
            None => {
                self.buffers.push(len);
                self.buffers.len() - 1
            }
        }
    }

    /// Frees the buffers of values that nobody needs after node `index`.
    fn release(&mut self, index: usize, node: &Node) {
        let kept = self.buffer_of[self.program.home(node.output).0];
        for value in [Some(node.source), node.residual, Some(node.output)].into_iter().flatten() {
            let home = self.program.home(value).0;
            let buffer = self.buffer_of[home];
            let taken_over = buffer == kept && home != self.program.home(node.output).0;
            if let (Some(buffer), true) = (buffer, self.last_use[home] == index && !taken_over)
                && !self.free.contains(&buffer)
            {
                self.free.push(buffer);
            }
        }
    }
}
