use super::*;

#[test]
fn the_page_has_twelve_markers_with_room_between_them() {
    let page = page().unwrap();
    assert_eq!(page.len(), COUNT);
    for m in &page {
        assert_eq!((m.cells.len(), m.cells[0].len()), (8, 8));
        let border = m.cells[0].chars().chain(m.cells[7].chars());
        assert!(border.into_iter().all(|c| c == '#'), "{m:?}");
        assert!(m.cells.iter().any(|row| row.contains('.')));
        let quiet = f64::from(SIDE) / 8.0;
        for [x, y] in corners(m) {
            assert!(
                (quiet..1.0 - quiet).contains(&x) && (quiet..1.0 - quiet).contains(&y),
                "{m:?}"
            );
        }
        for other in page.iter().filter(|o| o.id != m.id) {
            let gap =
                (m.at[0] - other.at[0]).abs().max((m.at[1] - other.at[1]).abs() / ASPECT) - SIDE;
            assert!(gap >= SIDE / 4.0 - 1e-6, "{} and {}: {gap}", m.id, other.id);
            assert_ne!(m.cells, other.cells);
        }
    }
}
