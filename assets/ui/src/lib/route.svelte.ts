/** The page's places, by hash, so that the box needs to know none of them: `#/gestures/bindings`. */

export const PLACES = [
  'canvas',
  'chat',
  'gestures',
  'camera',
  'scenes',
  'settings',
  'status',
] as const
export type Place = (typeof PLACES)[number]

export function parseHash(hash: string): { place: Place; rest: string[] } {
  const [first = '', ...rest] = hash.replace(/^#?\/?/, '').split('/')
  // Short names for what is within another place.
  if (first === 'models') return { place: 'settings', rest: ['models'] }
  if (first === 'calibration') return { place: 'camera', rest: ['calibration'] }
  const place = PLACES.find((p) => p === first)
  return place ? { place, rest: rest.filter((r) => r !== '') } : { place: 'canvas', rest: [] }
}

export function hashOf(place: Place, ...rest: string[]): string {
  return place === 'canvas' && rest.length === 0 ? '#/' : `#/${[place, ...rest].join('/')}`
}

class Route {
  #at = $state.raw(parseHash(globalThis.location?.hash ?? ''))

  get place(): Place {
    return this.#at.place
  }

  /** What follows the place: `['bindings']` of `#/gestures/bindings`. */
  get rest(): string[] {
    return this.#at.rest
  }

  listen(): () => void {
    const changed = () => (this.#at = parseHash(location.hash))
    changed()
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }

  go(place: Place, ...rest: string[]): void {
    location.hash = hashOf(place, ...rest)
  }
}

export const route = new Route()
