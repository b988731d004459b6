import type { gestures as en } from '../en/gestures'

export const gestures = {
  title: 'Gesten',
} satisfies typeof en
