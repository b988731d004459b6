import { describe, expect, it } from 'vitest'
import { fileName } from '../../src/lib/scenes/files'
import { placeholder } from '../../src/lib/scenes/placeholder'
import { inPixels, offBy } from '../../src/lib/projection/check'

describe('scenes as files', () => {
  it('have names that no file system minds', () => {
    expect(fileName('Kitchen', 'png')).toBe('Kitchen.png')
    expect(fileName('a/b\\c:d*"?<>|', 'json')).toBe('a b c d.json')
    expect(fileName('  ..  ', 'glb')).toBe('scene.glb')
    expect(fileName('Größe 🖐', 'json')).toBe('Größe 🖐.json')
    expect(fileName('x'.repeat(300), 'png').length).toBeLessThan(100)
  })
})

describe('a scene without a picture', () => {
  it('has the same one every time, and another than its neighbour', () => {
    expect(placeholder('Kitchen', 3)).toEqual(placeholder('Kitchen', 3))
    expect(placeholder('Kitchen', 3)).not.toEqual(placeholder('Garden', 3))
    expect(placeholder('', 0).shapes).toEqual([])
    expect(placeholder('Many', 2000).shapes).toHaveLength(5)
    for (const s of placeholder('Inside', 5).shapes) {
      expect(s.x).toBeGreaterThan(10)
      expect(s.x).toBeLessThan(150)
      expect(s.hue).toBeGreaterThanOrEqual(0)
    }
  })
})

describe('checking the fit', () => {
  it('measures from the nearest crossing, in percent of the width either way', () => {
    expect(offBy([0.5, 0.5])).toEqual({ at: [0.5, 0.5], percent: 0 })
    expect(offBy([0.51, 0.5]).percent).toBeCloseTo(1, 9)
    // A hundredth of the height is 9/16 of a hundredth of the width.
    expect(offBy([0.5, 0.51]).percent).toBeCloseTo(0.5625, 9)
    expect(inPixels(0.5)).toBeCloseTo(9.6)
  })
})
