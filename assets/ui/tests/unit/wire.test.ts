import { describe, expect, it } from 'vitest'
import { Backoff } from '../../src/lib/api/backoff'
import { BoxClock } from '../../src/lib/api/clock'
import { HEADER_BYTES, Kind, readHeader, writePicture } from '../../src/lib/api/picture'
import { socketUrl } from '../../src/lib/api/socket'

const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xd9]).buffer

describe('the picture header', () => {
  const header = { kind: Kind.Live, seq: 812, capturedUs: 27_066_000, width: 640, height: 480 }

  it('is read as it was written, and the JPEG follows it', () => {
    const message = writePicture(header, jpeg)
    expect(readHeader(message)).toEqual({ ...header, length: HEADER_BYTES })
    expect(new Uint8Array(message, HEADER_BYTES)).toEqual(new Uint8Array(jpeg))
  })

  it('is laid out byte for byte as the reference says', () => {
    const b = new DataView(writePicture({ ...header, seq: 0x0102, capturedUs: 2 ** 40 }, jpeg))
    expect([b.getUint8(0), b.getUint8(1), b.getUint16(2, true), b.getUint32(4, true)]).toEqual([
      1, 1, 32, 0,
    ])
    expect([b.getUint8(8), b.getUint8(9)]).toEqual([0x02, 0x01])
    expect(b.getBigUint64(16, true)).toBe(1n << 40n)
    expect([b.getUint32(24, true), b.getUint32(28, true)]).toEqual([640, 480])
  })

  it('skips what a later version may have added to it', () => {
    const longer = new Uint8Array(40 + 4)
    longer.set(new Uint8Array(writePicture(header, new ArrayBuffer(0))))
    new DataView(longer.buffer).setUint16(2, 40, true)
    expect(readHeader(longer.buffer)?.length).toBe(40)
  })

  it.each([
    ['shorter than a header', new ArrayBuffer(31)],
    ['of another version', patched(1, 2)],
    ['with a header longer than itself', patched(2, 255)],
    ['with a header too short', patched(2, 8)],
  ])('refuses a message %s', (_, message) => {
    expect(readHeader(message)).toBeNull()
  })

  function patched(at: number, value: number): ArrayBuffer {
    const message = writePicture({ kind: 1, seq: 1, capturedUs: 0, width: 1, height: 1 }, jpeg)
    new DataView(message).setUint8(at, value)
    return message
  }
})

describe('the back-off', () => {
  it('doubles from half a second to ten and stays there', () => {
    const b = new Backoff(500, 10_000, () => 1)
    expect(Array.from({ length: 7 }, () => b.next())).toEqual([
      500, 1000, 2000, 4000, 8000, 10_000, 10_000,
    ])
  })

  it('starts over after a success, and never waits less than four fifths', () => {
    const b = new Backoff(500, 10_000, () => 0)
    b.next()
    expect(b.next()).toBe(800)
    b.reset()
    expect(b.attempts).toBe(0)
    expect(b.next()).toBe(400)
  })

  it('survives a very long night', () => {
    const b = new Backoff(500, 10_000, () => 1)
    for (let i = 0; i < 5000; i++) b.next()
    expect(b.next()).toBe(10_000)
  })
})

describe("the box's clock", () => {
  it('trusts the ping with the shortest way', () => {
    const clock = new BoxClock()
    expect(clock.toBoxUs(0)).toBeNull()
    // The box is 1000 ms ahead; the first answer came back late, which shifts the estimate.
    clock.add(100, 180, 1_105_000)
    clock.add(200, 204, 1_202_000)
    clock.add(300, 390, 1_310_000)
    expect(clock.toBoxUs(500)).toBe(1_500_000)
    expect(clock.errorMs).toBe(2)
  })

  it('forgets old pings, so that it follows a clock that drifts', () => {
    const clock = new BoxClock(2)
    clock.add(0, 1, 500)
    clock.add(10, 20, 5_015_000)
    clock.add(30, 40, 5_035_000)
    expect(clock.toBoxUs(100)).toBe(5_100_000)
  })

  it('ignores impossible pings', () => {
    const clock = new BoxClock()
    clock.add(10, 5, 1)
    clock.add(10, 11, Number.NaN)
    expect(clock.known).toBe(false)
  })
})

it('finds the socket from the address of the page', () => {
  expect(socketUrl('/a', { protocol: 'http:', host: 'box:3001' })).toBe('ws://box:3001/a')
  expect(socketUrl('/a', { protocol: 'https:', host: 'box' })).toBe('wss://box/a')
})
