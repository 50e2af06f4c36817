import { plain } from '../../plain.ts'
import type { OnProduct } from '../devices/device-choice.ts'

export interface GateAnswer {
  readonly at: number
  readonly isOpen: boolean
  readonly threshold: string
  readonly reasons: readonly {
    readonly code: string
    readonly sentence: string
    readonly finding?: string
  }[]
  readonly waived: readonly {
    readonly sentence: string
    readonly by: string
    readonly until: number
  }[]
  readonly notLookedUpCount: number
  readonly undecidedCount: number
}

/** Of one release. */
export function gatePath({ product }: Pick<OnProduct, 'product'>, version: string): string {
  return `/products/${encodeURIComponent(product)}/releases/${encodeURIComponent(version)}/gate`
}

export function gateLines(version: string, result: GateAnswer): string[] {
  const { isOpen, threshold, reasons, waived, notLookedUpCount, undecidedCount } = result
  return [
    `${version}: the gate is ${isOpen ? 'open' : 'closed'} (threshold ${threshold})`,
    ...reasons.map(({ code, sentence }) => `  ${code}: ${plain(sentence)}`),
    ...waived.map(({ sentence, by, until }) => {
      const day = new Date(until * 1000).toISOString().slice(0, 10)
      return `  waived by ${plain(by)} until ${day}: ${plain(sentence)}`
    }),
    ...(notLookedUpCount > 0 ? [`  ${notLookedUpCount} components could not be looked up`] : []),
    ...(undecidedCount > 0 ? [`  ${undecidedCount} records that could be meant stay open`] : []),
  ]
}
