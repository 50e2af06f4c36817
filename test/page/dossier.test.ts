/** The page of a dossier for everybody, in light, in dark and on paper; and that nothing in it is more than text. CRA P-134a */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { ANNEX_7 } from '../../packages/server/src/dossier/annex-7.ts'
import type { DossierDocument } from '../../packages/server/src/dossier/document.ts'
import { renderHtml } from '../../packages/server/src/dossier/render-html.ts'
import { renderPdf } from '../../packages/server/src/dossier/render-pdf.ts'
import { ANNEX_7_ITEMS, type DossierSource } from '../../packages/server/src/dossier/section.ts'
import { general } from '../../packages/server/src/dossier/sections/general.ts'
import { updateDistribution } from '../../packages/server/src/dossier/sections/update-distribution.ts'
import { vulnerabilityHandling } from '../../packages/server/src/dossier/sections/vulnerability-handling.ts'
import { FIRST_POLICY } from '../../packages/server/src/gate/policy.ts'
import { gapsOf } from '../../packages/server/src/product-facts/gaps.ts'
import { retentionSettingsSchema } from '../../packages/server/src/retention/retention-settings.ts'
import { DEFAULT_DEADLINES } from '../../packages/server/src/rollouts/deadlines/deadline-policy.ts'
import { OwnersBrowser, openBrowser, violations } from './browser.ts'
import { shows } from './shows.ts'

const browser = await openBrowser()
after(() => browser.close())

const EVIL = '<img src=x onerror="alert(1)"><script>alert(2)</script>'

function page(gaps: DossierDocument['gaps']): DossierDocument {
  return {
    ...{ title: `Lumen ${EVIL}`, product: 'lumen-gateway-g1', version: 3, builtAt: 1_795_219_200 },
    ...{ status: gaps.length === 0 ? 'complete' : 'incomplete', declaration: 'draft' },
    ...{ scope: 'applies', gaps },
    items: ANNEX_7_ITEMS.map((number) => ({
      ...{ number, title: ANNEX_7[number] },
      sections: [
        {
          ...{ id: `section-${number}`, title: `Section ${number}`, gaps },
          files: [{ path: 'sboms/1.4.3.json', what: 'SBOM of 1.4.3' }],
          blocks: [
            { kind: 'text', text: `${EVIL}\nsecond line` },
            { kind: 'list', items: [EVIL, 'x'.repeat(300)] },
            { kind: 'facts', rows: [['Name', EVIL]] },
            { kind: 'facts', rows: [] },
            {
              ...{ kind: 'table', caption: EVIL, columns: ['One', 'Other', 'Third', 'Fourth'] },
              rows: [[EVIL, 'x'.repeat(200), 'y'.repeat(80), 'Łódź 漢']],
              more: { count: 5, file: 'all.json' },
            },
            { kind: 'table', caption: 'Nothing', columns: ['One'], rows: [] },
          ],
        },
      ],
    })),
  }
}

const GAPS = [{ item: 'VII.1', what: EVIL, next: 'fleetward products facts set --help' }]
const pages = [page(GAPS), page([])]

for (const colorScheme of ['light', 'dark'] as const) {
  test(`no dossier has an accessibility violation, in ${colorScheme} and on paper`, async () => {
    const reader = await OwnersBrowser.open(browser, { colorScheme })
    for (const one of pages) {
      await reader.page.setContent(renderHtml(one))
      for (const media of ['screen', 'print'] as const) {
        await reader.page.emulateMedia({ media })
        assert.deepEqual(await violations(reader), [], `${one.status} ${media}`)
      }
    }
    await reader.close()
  })
}

test('on a narrow screen the page itself needs no scrolling sideways, and markup stays text', async () => {
  const reader = await OwnersBrowser.open(browser, { viewport: { width: 360, height: 700 } })
  await reader.page.setContent(renderHtml(page(GAPS)))
  const wider = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  await shows(() => reader.page.evaluate<number>(wider), 0)
  assert.ok((await reader.words()).includes(EVIL))
  const made = 'document.images.length + document.scripts.length'
  await shows(() => reader.page.evaluate<number>(made), 0)
  assert.deepEqual(reader.complaints, [])
  await reader.close()
})

test('the headings are those of Annex VII, in order, and every link of the contents leads to one', async () => {
  const reader = await OwnersBrowser.open(browser)
  await reader.page.setContent(renderHtml(page(GAPS)))
  const texts = (selector: string) =>
    reader.page.evaluate<string[]>(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].map((one) => one.textContent)`,
    )
  assert.deepEqual(await texts('main h2'), [
    'Gaps',
    ...ANNEX_7_ITEMS.map((number) => `${number}. ${ANNEX_7[number]}`),
  ])
  const dead = `[...document.querySelectorAll('nav a')].filter((one) => document.querySelector(one.getAttribute('href')) === null).length`
  await shows(() => reader.page.evaluate<number>(dead), 0)
  await reader.close()
})

test('the status stands on the page and in the PDF, and the same document is the same PDF', async () => {
  for (const one of pages) {
    const seen = renderHtml(one)
    assert.ok(seen.includes(`<strong class="${one.status}">${one.status}</strong>`))
    const pdf = Buffer.from(await renderPdf(one, undefined))
    assert.equal(pdf.subarray(0, 5).toString('latin1'), '%PDF-')
    // Tagged, in a language, with a title that a reader shows.
    for (const mark of ['/StructTreeRoot', '/Lang (en)', '/DisplayDocTitle true', '/Outlines']) {
      assert.ok(pdf.includes(mark), mark)
    }
    assert.deepEqual(Buffer.from(await renderPdf(one, undefined)), pdf)
  }
})

test('with a font of the operator’s the PDF has it inside, and says that it is PDF/A-3b', async () => {
  const [one] = pages
  assert.ok(one)
  const font = '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'
  const pdf = Buffer.from(await renderPdf(one, font))
  for (const mark of ['<pdfaid:part>3</pdfaid:part>', '/FontFile2'])
    assert.ok(pdf.includes(mark), mark)
  assert.ok(!pdf.includes('/BaseFont /Helvetica'))
  assert.deepEqual(Buffer.from(await renderPdf(one, font)), pdf)
  await assert.rejects(renderPdf(one, '/nowhere/font.ttf'))
})

/** Of a product about which nobody has written anything, whose rollouts two people approve. */
async function unwritten(): Promise<DossierDocument> {
  const known = { release: false, assessment: false, evidence: false }
  const source = {
    ...{
      product: 'lumen',
      facts: {},
      factsVersion: 0,
      releases: [],
      publicBase: 'https://l.example',
    },
    gaps: gapsOf({}, { known, now: 1_795_219_200, signedSupportEnd: undefined }),
    settings: {
      ...{ hosts: ['l.example'], broker: 'embedded', artifacts: 'disk', isDownloadPublic: false },
      ...{ isProduction: true, retention: retentionSettingsSchema.parse({ hold: true }) },
    },
    stores: {
      metadata: { current: async () => undefined },
      rollouts: { approvalRule: async () => ({ count: 2, roles: ['releaseManager'] }) },
      gate: { policy: async () => ({ ...FIRST_POLICY, evidence: ['junit'] }) },
      deadlines: { policy: async () => DEFAULT_DEADLINES },
      disclosure: { settings: async () => undefined, list: async () => [] },
    },
  } as unknown as DossierSource
  const sections = await Promise.all(
    [general, updateDistribution, vulnerabilityHandling].map(async (section) => {
      const { blocks, gaps = [] } = await section.write(source)
      return { id: section.id, title: section.title, blocks, gaps, files: [] }
    }),
  )
  const gaps = sections.flatMap((section) => section.gaps)
  const items = [{ number: '1', title: ANNEX_7['1'], sections }]
  return { ...page(gaps), title: 'Lumen', items }
}

for (const media of ['screen', 'print'] as const) {
  test(`no setting, path or JSON is on the page for people, and times have their units, on ${media}`, async () => {
    const reader = await OwnersBrowser.open(browser)
    await reader.page.setContent(renderHtml(await unwritten()))
    await reader.page.emulateMedia({ media })
    const said = await reader.page.evaluate<string>(
      // Without commands: these name facts as they are typed.
      `[...document.querySelectorAll('main td:not(:nth-child(3)), main th, main dt, main dd, main li, main p')]
        .map((one) => one.innerText).join('\\n')`,
    )
    assert.doesNotMatch(
      said,
      /[{}"]|scope\.|\b[a-z]+\.[a-z]+[A-Z]\w*|\b[a-z]+(?:Days|Hours|Seconds)\b|\b(?:120|336) hours/,
    )
    for (const words of [
      'Undecided: “Is it software or hardware',
      'missing the intended purpose',
      '2 different people of the release managers',
      'not answered yet',
      '7 days',
      'nothing is deleted now',
    ]) {
      assert.ok(said.includes(words), words)
    }
    const lines = `document.querySelector('#gaps thead th').getClientRects()[0].height / 24`
    assert.ok((await reader.page.evaluate<number>(lines)) < 2, 'no word of the first column is cut')
    assert.deepEqual(await violations(reader), [])
    await reader.close()
  })
}
