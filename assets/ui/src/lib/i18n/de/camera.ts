import type { camera as en } from '../en/camera'

export const camera = {
  title: 'Kamera',
} satisfies typeof en
