/** The advisory as programs will read it: the document as it would be published now, or as it was. */
import { call } from '../../api/call.ts'
import type { AdvisoryInFull } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { Loaded } from '../../pieces/loaded.tsx'
import { saveAs } from '../../pieces/save-as.ts'
import { Scrolling } from '../../pieces/scrolling.tsx'
import { say } from '../../words/say.tsx'

export interface CsafPreviewProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly isDirty: boolean
  /** From the address. */
  readonly version: string | undefined
}

export function CsafPreview({ product, advisory, isDirty, version }: CsafPreviewProps) {
  const wanted = advisory.versions.find((one) => String(one.version) === version)?.version
  const asked = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/advisories/{advisory}/document', {
          ...{ path: { product, advisory: advisory.id }, query: { version: wanted }, signal },
        })
      ).value,
    [product, advisory.id, advisory.revision, wanted],
  )
  return (
    <section class="card" aria-labelledby="csaf">
      <h2 id="csaf">
        {wanted === undefined
          ? say('advisories.csafNow')
          : say('advisories.csafOf', { version: wanted })}
      </h2>
      {isDirty && wanted === undefined && <p class="quiet">{say('advisories.csafUnsaved')}</p>}
      <Loaded asked={asked}>
        {(document) => {
          const text = JSON.stringify(document, null, 2)
          return (
            <>
              <div class="actions">
                <button type="button" onClick={() => saveAs(advisory.id, 'json', `${text}\n`)}>
                  {say('pieces.exportJson')}
                </button>
              </div>
              <Scrolling as="pre" class="csaf">
                <code>{text}</code>
              </Scrolling>
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
