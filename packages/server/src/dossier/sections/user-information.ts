/**
 * Annex VII 1(d): information and instructions to the user, all nine points of Annex II, in the words of the public page;
 * and that page in its three languages, as files that outlive the server (CRA P-145, L-07).
 */
import { informationOf } from '../../law/information/annex-2.ts'
import {
  type InformationText,
  informationSections,
  informationTitle,
} from '../../law/information/information-page.ts'
import { informationPath, PUBLICATION_ID } from '../../law/information/publication.ts'
import { INFORMATION_WORDS } from '../../law/information/words.ts'
import type { Language } from '../../pages/language.ts'
import { html } from '../../pages/markup.ts'
import { facts } from '../document.ts'
import { factGaps } from '../fact-gaps.ts'
import type { DossierSource, Section } from '../section.ts'

const LANGUAGES = Object.keys(INFORMATION_WORDS) as Language[]
/** BCP 47: nobody has said in which language it is written. */
const UNDETERMINED = 'und'

export const userInformation: Section = {
  id: 'user-information',
  item: '1',
  title: 'Information and instructions to the user (Annex II)',
  async write(source) {
    const { stores, product } = source
    const kept = await stores.records.find(product, 'information', PUBLICATION_ID)
    const { labels, items } = INFORMATION_WORDS.en
    const rows = informationOf(source.facts).flatMap(({ number, parts, because }) => [
      ...parts.map(({ label, text }): [string, string] => [
        `II.${number} ${items[number]}: ${labels[label]}`,
        typeof text === 'string' ? text : text.join('; '),
      ]),
      ...(because === undefined
        ? []
        : [[`II.${number} ${items[number]}: does not apply`, because] as const]),
    ])
    return {
      blocks: [facts([...rows, ['Public page', await publicPage(source, kept?.content)]])],
      files: LANGUAGES.map((language) => ({
        ...{ path: `product/information.${language}.html`, mediaType: 'text/html' },
        ...{
          item: 'VII.1(d)',
          what: `Information for users as the facts make it now, ${language}`,
        },
        content: Buffer.from(
          pageOf(source, { language, written: kept?.content.language ?? UNDETERMINED }),
        ),
      })),
      gaps: factGaps(source, 'annex-2'),
    }
  },
}

async function publicPage(
  { stores, product, publicBase, factsVersion }: DossierSource,
  published: { readonly isPublic: boolean; readonly facts: number } | undefined,
): Promise<string> {
  if (published?.isPublic !== true) return 'not published by this server'
  const set = (await stores.disclosure.settings())?.settings.publicUrl
  const address = `${set || publicBase}${informationPath(product)}`
  if (published.facts === factsVersion) return address
  return `${address}, with version ${published.facts} of the facts, which have changed since`
}

function pageOf({ facts: of }: DossierSource, text: InformationText): string {
  const title = informationTitle(of, text.language)
  return html`<!doctype html>
<html lang="${text.language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main>
<h1>${title}</h1>
${informationSections(of, text)}</main></body>
</html>
`.toString()
}
