import type { OnProduct } from '../devices/device-choice.ts'

/** Of one release. */
export function gatePath({ product }: OnProduct, version: string): string {
  return `/products/${encodeURIComponent(product)}/releases/${encodeURIComponent(version)}/gate`
}

/** Names in SBOMs, feeds and reports are the words of strangers: no control characters reach a terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
