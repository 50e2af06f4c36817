/** Standards that are applied, and reports to the makers of components. */
import { call } from '../../../api/call.ts'
import type {
  NewStandard,
  NewUpstreamReport,
  Standard,
  StandardWords,
  UpstreamReport,
  UpstreamReportWords,
} from '../../../api/operator-api.gen.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { choiceName } from '../../../forms/names.ts'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { say } from '../../../words/say.tsx'
import { GapTags } from './gap-tags.tsx'
import { type RecordKind, Records } from './records.tsx'

const PAGE_COUNT = 50

/** How a record's gaps stand in a table and in an export. */
export function gapColumn<Item extends { readonly gaps: readonly string[] }>(): Column<Item> {
  return {
    ...{ id: 'gaps', name: say('product.gaps'), text: ({ gaps }) => gaps.join(' ') },
    show: ({ gaps }) => <GapTags gaps={gaps} />,
  }
}

export function StandardsPart({ product }: { readonly product: string }) {
  return <Records product={product} kind={standards(product)} />
}

export function UpstreamPart({ product }: { readonly product: string }) {
  return <Records product={product} kind={upstreamReports(product)} />
}

function standards(product: string): RecordKind<Standard> {
  const at = (standard: string) => ({ product, standard })
  return {
    ...{ part: 'standards', title: say('product.part_standards') },
    nameOf: ({ title, edition }) => `${title}:${edition}`,
    ...{ fields: FORMS.StandardWords, newFields: FORMS.NewStandard },
    columns: [
      {
        ...{ id: 'kind', name: say('field.kind'), text: ({ kind }) => kind },
        show: ({ kind }) => choiceName('kind', kind),
      },
      {
        ...{ id: 'covers', name: say('field.covers'), text: ({ covers }) => covers.join(' ') },
        show: ({ covers }) => covers.join(', '),
      },
      gapColumn(),
    ],
    command: `fleetward products standards add --help`,
    list: (after, signal) =>
      call('GET /products/{product}/standards', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT }, signal },
      }),
    one: (id) => call('GET /products/{product}/standards/{standard}', { path: at(id) }),
    add: (body) =>
      call('POST /products/{product}/standards', { path: { product }, body: body as NewStandard }),
    change: (id, body, ifMatch) =>
      call('POST /products/{product}/standards/{standard}', {
        ...{ path: at(id), body: body as StandardWords, ifMatch },
      }),
    remove: (id, ifMatch) =>
      call('DELETE /products/{product}/standards/{standard}', { path: at(id), ifMatch }),
    history: (id, signal) =>
      call('GET /products/{product}/standards/{standard}/revisions', { path: at(id), signal }),
  }
}

function upstreamReports(product: string): RecordKind<UpstreamReport> {
  const at = (upstreamReport: string) => ({ product, upstreamReport })
  return {
    ...{ part: 'upstream', title: say('product.part_upstream') },
    nameOf: ({ id }) => id,
    ...{ fields: FORMS.UpstreamReportWords, newFields: FORMS.NewUpstreamReport },
    columns: [
      {
        id: 'component',
        name: say('field.component'),
        text: ({ component }) => String(component),
        show: ({ component }) => String(component),
      },
      {
        id: 'vulnerability',
        name: say('field.vulnerability'),
        text: ({ vulnerability }) => String(vulnerability),
        show: ({ vulnerability }) => String(vulnerability),
      },
      {
        ...{ id: 'state', name: say('field.state'), text: ({ state }) => state },
        show: ({ state }) => choiceName('state', state),
      },
      gapColumn(),
    ],
    command: `fleetward products upstream-reports add --help`,
    list: (after, signal) =>
      call('GET /products/{product}/upstream-reports', {
        ...{ path: { product }, query: { after, limit: PAGE_COUNT }, signal },
      }),
    one: (id) =>
      call('GET /products/{product}/upstream-reports/{upstreamReport}', { path: at(id) }),
    add: (body) =>
      call('POST /products/{product}/upstream-reports', {
        ...{ path: { product }, body: body as NewUpstreamReport },
      }),
    change: (id, body, ifMatch) =>
      call('POST /products/{product}/upstream-reports/{upstreamReport}', {
        ...{ path: at(id), body: body as UpstreamReportWords, ifMatch },
      }),
    remove: (id, ifMatch) =>
      call('DELETE /products/{product}/upstream-reports/{upstreamReport}', {
        ...{ path: at(id), ifMatch },
      }),
    history: (id, signal) =>
      call('GET /products/{product}/upstream-reports/{upstreamReport}/revisions', {
        ...{ path: at(id), signal },
      }),
  }
}
