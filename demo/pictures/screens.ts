/** Which screens are pictured, of the told story: names of files, and the addresses below `/console`. */
import type { Page } from 'playwright-core'
import { SAMPLE_PRODUCT } from '../../firmware-samples/samples.ts'

export interface PicturedScreen {
  readonly name: string
  readonly path: string
  /** What is done before the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>
}

const IN_PRODUCT = `/products/${SAMPLE_PRODUCT}`

/** Opens the first of what a list leads to. */
const first = (selector: string) => async (page: Page) => {
  await page.locator(selector).first().click()
}

export const SCREENS: readonly PicturedScreen[] = [
  { name: 'now', path: '/' },
  { name: 'first-steps', path: '/first-steps' },
  { name: 'fleet', path: `${IN_PRODUCT}/fleet` },
  { name: 'device', path: `${IN_PRODUCT}/fleet/G1-0005` },
  { name: 'releases', path: `${IN_PRODUCT}/releases` },
  { name: 'release', path: `${IN_PRODUCT}/releases/1.4.3` },
  { name: 'rollouts', path: `${IN_PRODUCT}/rollouts` },
  {
    ...{ name: 'rollout', path: `${IN_PRODUCT}/rollouts` },
    prepare: first('main a[href*="/rollouts/"]'),
  },
  { name: 'new-rollout', path: `${IN_PRODUCT}/new-rollout?release=1.5.0` },
  { name: 'vulnerabilities', path: `${IN_PRODUCT}/vulnerabilities` },
  {
    ...{ name: 'finding', path: `${IN_PRODUCT}/vulnerabilities` },
    prepare: first('main a[href*="/vulnerabilities/"]'),
  },
  { name: 'advisories', path: `${IN_PRODUCT}/advisories` },
  {
    ...{ name: 'advisory', path: `${IN_PRODUCT}/advisories` },
    prepare: first('main a[href*="/advisories/"]'),
  },
  { name: 'product', path: IN_PRODUCT },
  { name: 'cases', path: '/cases' },
  { name: 'case', path: '/cases', prepare: first('main a[href*="/cases/"]') },
  { name: 'reports', path: '/reports' },
  { name: 'report', path: '/reports', prepare: first('main a[href*="/reports/"]') },
  { name: 'audit', path: '/audit' },
  { name: 'settings', path: '/settings' },
  { name: 'settings-feeds', path: '/settings/feeds' },
]

/** Those that README shows: the first, and what a rollout, a device and a vulnerability look like. */
export const SHOWN = ['now', 'rollout', 'device', 'finding']
