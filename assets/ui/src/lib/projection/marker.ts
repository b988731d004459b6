/** A coded marker as an SVG path: one unit a cell, black cells only, each run of a row one rectangle. */
export function cellsPath(cells: readonly string[]): string {
  let d = ''
  cells.forEach((row, y) => {
    for (const run of row.matchAll(/#+/g))
      d += `M${run.index} ${y}h${run[0].length}v1h-${run[0].length}z`
  })
  return d
}
