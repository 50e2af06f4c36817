/**
 * Page and PDF of a dossier, made in a thread of their own: laying out a few hundred pages takes seconds in which no
 * device would be answered.
 */
import { threadMessages } from '../threads/thread-messages.ts'
import type { DossierDocument } from './document.ts'

const LIMITS = { silenceMs: 120_000, memoryMib: 512 }

export interface Rendered {
  readonly html: Uint8Array
  readonly pdf: Uint8Array
}

export type RenderMessage = Rendered & { readonly isLast: true }

export async function render(
  document: DossierDocument,
  fontFile: string | undefined,
  signal: AbortSignal,
): Promise<Rendered> {
  const script = new URL('./render-thread.ts', import.meta.url)
  const work = { document, fontFile }
  for await (const message of threadMessages<RenderMessage>(script, work, { ...LIMITS, signal })) {
    return { html: message.html, pdf: message.pdf }
  }
  throw new Error('The thread ended without page and PDF')
}
