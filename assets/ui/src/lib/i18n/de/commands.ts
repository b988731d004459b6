import type { commands as en } from '../en/commands'

export const commands = {
  title: 'Befehle',
} satisfies typeof en
