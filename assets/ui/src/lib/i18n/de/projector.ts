import type { projector as en } from '../en/projector'

export const projector = {
  title: 'Projektor',
} satisfies typeof en
