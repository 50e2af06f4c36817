import { html, type Markup } from '../../pages/markup.ts'
import { qrCode } from './qr-code.ts'

/** The light frame without which readers do not find it (ISO/IEC 18004 §6.3.8). */
const QUIET_ZONE_MODULES = 4

/** Nothing for what is too long for one: the text beside it says the same. */
export function qrPicture(text: string, label: string): Markup | undefined {
  const rows = qrCode(Buffer.from(text))
  if (rows === undefined) return undefined
  const size = rows.length + 2 * QUIET_ZONE_MODULES
  const path = rows
    .flatMap((row, y) =>
      row.map((isDark, x) =>
        isDark ? `M${x + QUIET_ZONE_MODULES} ${y + QUIET_ZONE_MODULES}h1v1h-1z` : '',
      ),
    )
    .join('')
  // Dark on light in either colour scheme: many readers know nothing else.
  return html`<svg class="qr" role="img" aria-label="${label}" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">
<rect width="${size}" height="${size}" fill="#fff"/><path d="${path}" fill="#000"/></svg>`
}
