import type { canvas as en } from '../en/canvas'

export const canvas = {
  title: 'Leinwand',
} satisfies typeof en
