/** The sample product and its versions: one folder each, with what its release says. */
import { fileURLToPath } from 'node:url'

export const SAMPLE_PRODUCT = 'lumen-gateway-g1'
export const SAMPLE_PRODUCT_TITLE = 'Lumen Gateway G1'
export const SAMPLE_COMPATIBLE = 'lumen-gateway-g1'
export const SAMPLE_VERSIONS = ['1.4.2', '1.4.3', '1.5.0', '1.5.1'] as const

export type SampleVersion = (typeof SAMPLE_VERSIONS)[number]

export interface SampleRelease {
  readonly kind: 'security' | 'functionality'
  readonly securityCounter: number
  readonly base?: SampleVersion
  readonly fixes: readonly string[]
  readonly advisories: readonly string[]
  readonly notes: string
}

export const SAMPLE_RELEASES: Readonly<Record<SampleVersion, SampleRelease>> = {
  '1.4.2': {
    kind: 'functionality',
    securityCounter: 1,
    fixes: [],
    advisories: [],
    notes: 'The firmware that devices leave the factory with.',
  },
  '1.4.3': {
    kind: 'security',
    securityCounter: 2,
    base: '1.4.2',
    fixes: ['CVE-2021-21315'],
    advisories: ['GHSA-2m8v-572m-ff2v'],
    notes:
      'Closes a command injection in the library systeminformation (5.2.5 to 5.3.1). Nothing else changes.',
  },
  '1.5.0': {
    kind: 'functionality',
    securityCounter: 2,
    base: '1.4.3',
    fixes: [],
    advisories: [],
    notes: 'Adds GET /history: the readings of the last hour.',
  },
  '1.5.1': {
    kind: 'functionality',
    securityCounter: 2,
    base: '1.5.0',
    fixes: [],
    advisories: [],
    notes: 'Sensors are read through one module, so that units with other sensors can follow.',
  },
}

export function sampleFolder(version: SampleVersion): string {
  return fileURLToPath(new URL(`./${SAMPLE_PRODUCT}/${version}`, import.meta.url))
}
