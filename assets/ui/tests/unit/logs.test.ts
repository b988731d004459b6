import { expect, it } from 'vitest'
import { parseTold, toldText, withoutPart, withPart } from '../../src/lib/logs/level'

it('a log level is taken apart and put together again', () => {
  const told = parseTold('info, dixi::camera=DEBUG')
  expect(told).toEqual({
    everywhere: 'info',
    parts: [{ module: 'dixi::camera', level: 'debug' }],
  })
  if (!told) throw new Error('read')
  const more = withPart(withPart(told, ' dixi::server ', 'trace'), 'dixi::camera', 'warn')
  expect(toldText(more)).toBe('info,dixi::server=trace,dixi::camera=warn')
  expect(toldText(withoutPart(more, 'dixi::server'))).toBe('info,dixi::camera=warn')
  expect(withPart(told, 'no name, really', 'warn')).toBe(told)
})

it.each(['off', 'dixi[span]=info', 'dixi=loud', 'info,dixi'])(
  '%s says more than the page can show',
  (setting) => expect(parseTold(setting)).toBeNull(),
)
