import type { scenes as en } from '../en/scenes'

export const scenes = {
  title: 'Szenen',
} satisfies typeof en
