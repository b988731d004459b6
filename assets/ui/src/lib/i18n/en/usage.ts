import type { UsageOutcome } from '../../api/types'
import { EN as f } from '../intl'

export const usage = {
  title: 'Who used which model',
  back: 'Settings',
  lead: 'Programs and people whose questions went through this box to Ollama, with what they used. What was asked and answered is not kept.',
  linkText: 'Which programs and people used which language model, and how much.',
  span: 'From when',
  spans: {
    day: 'the last 24 hours',
    week: 'the last 7 days',
    month: 'the last 30 days',
    all: 'everything that is kept',
  },
  who: 'Who',
  whoHint: 'Name',
  newer: 'Look again',
  asking: 'Asking the box',
  none: 'Nobody used a model in this time.',
  sums: 'Sums by name and model',
  model: 'Model',
  requests: 'Requests',
  prompt: 'Tokens asked',
  answer: 'Tokens answered',
  time: 'Time',
  last: 'Last',
  failedOf: (n: number) => f.plural(n, { one: 'one failed', other: '# failed' }),
  latest: 'Single requests, the newest first',
  outcomes: {
    done: 'answered',
    stopped: 'stopped by whoever asked',
    failed: 'failed',
  } satisfies Record<UsageOutcome, string>,
  tokens: (asked: string, answered: string) => `${asked} tokens asked, ${answered} answered`,
  about: 'counted by pieces, since Ollama told nothing',
  took: (seconds: string) => `took ${seconds} s`,
  first: (seconds: string) => `first word after ${seconds} s`,
  more: 'Show older ones',
  save: 'Save as a file',
  csv: 'Table (CSV)',
  json: 'JSON',
  lost: (n: number) =>
    f.plural(n, {
      one: 'One request could not be written down since the start: the disk was too slow or full.',
      other: '# requests could not be written down since the start: the disk was too slow or full.',
    }),
}
