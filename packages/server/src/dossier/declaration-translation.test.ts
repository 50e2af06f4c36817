/** A declaration for readers of German and French: the Regulation's sentences in theirs, the manufacturer's words untouched. CRA P-002 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { declarationText, simplifiedText } from './declaration.ts'
import { TRANSLATED } from './declaration-languages.ts'
import { simplifiedIn, translatedItems } from './declaration-translation.ts'

const FACTS: ProductFacts = {
  name: 'Lumen $& Gateway',
  identification: { model: 'LG-G1' },
  manufacturer: {
    name: 'Lumen Works',
    postalAddress: 'Am Hafen 1, Berlin',
    email: 'a@lumen.example',
  },
  declaration: {
    object: 'Not applicable: the name of a lamp',
    legislation: [
      ...['Regulation (EU) 2024/2847', 'Directive 2014/53/EU', 'Regulation (EC) No 765/2008'],
      'Regulation of lamps',
    ],
  },
  declaredStandards: [
    { title: 'EN 18031-1', version: '2024', isCited: true, isAppliedInFull: true },
    { title: 'EN 40000', version: '2026', isCited: false, isAppliedInFull: false },
  ],
  conformity: {
    procedure: 'certification',
    notifiedBody: { name: 'TÜV', number: '0123', certificate: 'C-1 {of}' },
  },
}

const linesIn = (facts: ProductFacts, language: (typeof TRANSLATED)[number]) =>
  Object.fromEntries(
    translatedItems(declarationText('lumen', facts), language).map(({ number, lines }) => [
      number,
      lines,
    ]),
  )

test('in German each sentence of the Regulation is German, and what the manufacturer wrote stays', () => {
  assert.deepEqual(linesIn(FACTS, 'de'), {
    '1': ['Lumen $& Gateway', 'LG-G1'],
    '2': ['Lumen Works', 'Am Hafen 1, Berlin'],
    '3': [
      'Die alleinige Verantwortung für die Ausstellung dieser Konformitätserklärung trägt der Hersteller.',
    ],
    '4': ['Not applicable: the name of a lamp'],
    '5': [
      'Der oben beschriebene Gegenstand der Erklärung entspricht: Verordnung (EU) 2024/2847.',
      'Der oben beschriebene Gegenstand der Erklärung entspricht: Richtlinie 2014/53/EU.',
      'Der oben beschriebene Gegenstand der Erklärung entspricht: Verordnung (EG) Nr. 765/2008.',
      'Der oben beschriebene Gegenstand der Erklärung entspricht: Regulation of lamps.',
    ],
    '6': ['EN 18031-1:2024', 'EN 40000:2026 (teilweise angewandt)'],
    '7': [
      'Konformitätsbewertungsverfahren: Zertifizierung',
      'Notifizierte Stelle: TÜV (0123)',
      'Bescheinigung: C-1 {of}',
    ],
  })
})

test('what is not applicable, and what is not there, is said in every language', () => {
  const { declaredStandards: _, ...facts } = FACTS
  const waived: ProductFacts = {
    ...facts,
    conformity: { procedure: 'A' },
    notApplicable: { declaredStandards: 'none yet', 'conformity.notifiedBody': 'module A' },
  }
  const { '6': german, '7': of } = linesIn(waived, 'de')
  assert.deepEqual(german, ['Nicht zutreffend: none yet'])
  assert.deepEqual(of, ['Konformitätsbewertungsverfahren: A', 'Nicht zutreffend: module A'])
  const { '6': french, '3': alone } = linesIn(waived, 'fr')
  assert.deepEqual(french, ['Sans objet : none yet'])
  assert.match(alone?.join() ?? '', /sous la seule responsabilité du fabricant/)
  assert.deepEqual(linesIn({}, 'de')['3'], linesIn(FACTS, 'de')['3'])
})

test('the simplified declaration names in each language what the English one names', () => {
  const named = /Lumen Works.*Lumen \$& Gateway, LG-G1.*2024\/2847/
  assert.match(simplifiedText(FACTS), named)
  for (const language of TRANSLATED) {
    assert.match(simplifiedIn(language, FACTS), named)
    // Nobody has written where the full text is.
    assert.match(simplifiedIn(language, FACTS), /…$/)
    assert.doesNotMatch(simplifiedIn(language, {}), /[{}]|undefined/)
  }
})
