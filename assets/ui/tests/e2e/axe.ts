/** What axe finds wrong on a page: `rule (impact): element why`, one line each. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from '@playwright/test'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Once a page: evaluated by the test, not loaded by the page, so that the content policy stays as it is. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(AXE)
}

/** As the page stands now. */
export async function violations(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: typeof import('axe-core') }).axe
    return (await axe.run(document, { resultTypes: ['violations'] })).violations.flatMap((v) =>
      v.nodes.map((n) => `${v.id} (${v.impact}): ${n.target.join(' ')} ${n.failureSummary ?? ''}`),
    )
  })
}
