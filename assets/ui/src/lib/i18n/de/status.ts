import type { status as en } from '../en/status'

export const status = {
  title: 'Status',
} satisfies typeof en
