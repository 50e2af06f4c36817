/** The advisory as programs will read it: the document as it would be published now, or as it was. */
import { call } from '../../../api/call.ts'
import type { AdvisoryInFull } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { saveAs } from '../../../pieces/tables/save-as.ts'
import { say } from '../../../words/say.tsx'
import type { CsafMessage } from '../validation/validation.ts'
import { CsafText } from './csaf-text.tsx'

export interface CsafPreviewProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly isDirty: boolean
  /** A published one. */
  readonly version: number | undefined
  /** What the validator says of it. */
  readonly messages: readonly CsafMessage[]
  /** JSON pointer to what is looked for. */
  readonly at: string | undefined
}

export function CsafPreview(props: CsafPreviewProps) {
  const { product, advisory, isDirty, version: wanted, messages, at } = props
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
          const text = () => `${JSON.stringify(document, null, 2)}\n`
          return (
            <>
              <div class="actions">
                <button type="button" onClick={() => saveAs(advisory.id, 'json', text())}>
                  {say('pieces.exportJson')}
                </button>
              </div>
              <CsafText {...{ document, messages, at }} />
            </>
          )
        }}
      </Loaded>
    </section>
  )
}
