/** The page's few places, by hash, so that the box needs to know none of them. */

export type Place = 'live' | 'settings'

function read(): Place {
  return location.hash.startsWith('#/settings') ? 'settings' : 'live'
}

class Route {
  place = $state<Place>(read())

  listen(): () => void {
    const changed = () => (this.place = read())
    window.addEventListener('hashchange', changed)
    return () => window.removeEventListener('hashchange', changed)
  }

  go(place: Place): void {
    location.hash = place === 'live' ? '#/' : `#/${place}`
  }
}

export const route = new Route()
