/** Which data the product processes: what Fleetward does for it, and what its maker writes. */
import { call } from '../../../api/call.ts'
import type { DataUse, DataUseWords, NewDataUse } from '../../../api/operator-api.gen.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { choiceName } from '../../../forms/names.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Told } from '../../../pieces/told/told.tsx'
import { say } from '../../../words/say.tsx'
import { purposeWords, retentionWords, whatWords } from './own-data-words.ts'
import { gapColumn } from './record-parts.tsx'
import { type RecordKind, Records } from './records.tsx'

const PAGE_COUNT = 50

export function DataPart({ product }: { readonly product: string }) {
  return (
    <>
      <Records product={product} kind={dataUses(product)}>
        <h2>{say('product.ownData')}</h2>
      </Records>
      <FleetwardData product={product} />
    </>
  )
}

function FleetwardData({ product }: { readonly product: string }) {
  const asked = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/data-inventory', { path: { product }, signal })).value,
    [product],
  )
  return (
    <section class="card" aria-labelledby="fleetward-data">
      <h2 id="fleetward-data">{say('product.fleetwardData')}</h2>
      <p class="quiet">{say('product.fleetwardDataText')}</p>
      <Loaded asked={asked}>
        {({ fleetward }) => (
          <ul class="plain-list stack">
            {fleetward.map((one) => (
              <li key={one.id}>
                <strong>
                  <Told words={whatWords(one)} sentence={one.what} />
                </strong>{' '}
                <span class="quiet">
                  {choiceName('about', one.about)} ·{' '}
                  {say(one.isPersonal ? 'product.personal' : 'product.notPersonal')} ·{' '}
                  {choiceName('where', one.where)}
                </span>
                <br />
                <Told words={purposeWords(one)} sentence={one.purpose} />;{' '}
                <Told words={retentionWords(one)} sentence={one.retention} />
              </li>
            ))}
          </ul>
        )}
      </Loaded>
    </section>
  )
}

function dataUses(product: string): RecordKind<DataUse> {
  const at = (dataUse: string) => ({ product, dataUse })
  return {
    ...{ part: 'data', title: say('product.ownData') },
    nameOf: ({ what }) => String(what),
    ...{ fields: FORMS.DataUseWords, newFields: FORMS.NewDataUse },
    columns: [
      {
        ...{ id: 'about', name: say('field.about'), text: ({ about }) => about },
        show: ({ about }) => choiceName('about', about),
      },
      {
        ...{ id: 'personal', name: say('field.isPersonal'), text: ({ isPersonal }) => isPersonal },
        show: ({ isPersonal }) => choiceName('isPersonal', String(isPersonal)),
      },
      {
        ...{ id: 'purpose', name: say('field.purpose'), text: ({ purpose }) => String(purpose) },
        show: ({ purpose }) => <span class="written">{String(purpose)}</span>,
      },
      gapColumn(),
    ],
    command: `fleetward products data-inventory add --help`,
    list: (after, signal) =>
      call('GET /products/{product}/data-uses', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT }, signal },
      }),
    one: (id) => call('GET /products/{product}/data-uses/{dataUse}', { path: at(id) }),
    add: (body) =>
      call('POST /products/{product}/data-uses', { path: { product }, body: body as NewDataUse }),
    change: (id, body, ifMatch) =>
      call('POST /products/{product}/data-uses/{dataUse}', {
        ...{ path: at(id), body: body as DataUseWords, ifMatch },
      }),
    remove: (id, ifMatch) =>
      call('DELETE /products/{product}/data-uses/{dataUse}', { path: at(id), ifMatch }),
    history: (id, signal) =>
      call('GET /products/{product}/data-uses/{dataUse}/revisions', { path: at(id), signal }),
  }
}
