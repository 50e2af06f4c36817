/** The thread of render.ts. */
import { workerData } from 'node:worker_threads'
import { hand } from '../threads/thread-side.ts'
import type { DossierDocument } from './document.ts'
import type { RenderMessage } from './render.ts'
import { renderHtml } from './render-html.ts'
import { renderPdf } from './render-pdf.ts'

const { document, fontFile } = workerData as {
  readonly document: DossierDocument
  readonly fontFile: string | undefined
}
const html = new TextEncoder().encode(renderHtml(document))
await hand<RenderMessage>({ isLast: true, html, pdf: await renderPdf(document, fontFile) })
