/** Annex VII 1(a) to (c): what the product is, which software it has, how it looks. The scope comes first (CRA P-011, P-140). */
import { CATEGORIES } from '../../product-facts/classes.ts'
import { day, facts, list, table, text } from '../document.ts'
import { item7, setFacts } from '../fact-gaps.ts'
import { CLASS_WORDS, factWords, ROLE_WORDS, SCOPE_WORDS } from '../fact-words.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const RELEASES = 'product/releases.json'

export const general: Section = {
  id: 'general',
  item: '1',
  title: 'The product, its purpose and its software',
  async write(source) {
    const { facts: of, factsVersion, releases, gaps } = source
    const { identification, manufacturer, classification, notApplicable } = of
    const category = classification?.category
    const undecided =
      gaps.undecided.length === 0
        ? []
        : [
            {
              item: 'VII.1',
              what: `Undecided: ${gaps.undecided.map(factWords).join(', ')}`,
              next: setFacts(source.product, gaps.undecided),
            },
          ]
    const mismatches = gaps.mismatches.map(({ fact, written, signed }) => ({
      item: 'VII.1',
      what: `“${factWords(fact)}” is ${written} here and ${signed} in the signed factory settings`,
      next: 'Set the fact right, or sign other factory settings: fleetward factory settings --help',
    }))
    return {
      blocks: [
        facts([
          ['Whether the Regulation applies', SCOPE_WORDS[gaps.scope]],
          ['Name', of.name],
          ['Type', identification?.model],
          ['Batches', identification?.batchScheme],
          ['Serial numbers', identification?.serialScheme],
          ['Further identification', identification?.further],
          ['Manufacturer', manufacturer && `${manufacturer.name}, ${manufacturer.postalAddress}`],
          ['Economic role', of.economicRole && ROLE_WORDS[of.economicRole]],
          ['Class', classification && CLASS_WORDS[classification.class]],
          ['Category', category && `${category}: ${CATEGORIES[category].title}`],
          ['Available in', of.memberStates?.join(', ')],
          ['Intended purpose', of.intendedPurpose],
          ['Security environment', of.securityEnvironment],
          ['Users', of.users?.join('; ')],
          ['Version of these facts', factsVersion === 0 ? undefined : String(factsVersion)],
        ]),
        ...headed('Essential functions', of.essentialFunctions),
        ...headed('Security properties', of.securityProperties),
        ...headed('Photographs and illustrations', of.pictures),
        ...headed(
          'Said not to apply',
          Object.entries(notApplicable ?? {}).map(
            ([fact, because]) => `${factWords(fact)}: ${because}`,
          ),
        ),
        table(
          'Versions of the software',
          ['Version', 'Kind', 'Published', 'Withdrawn', 'SHA-256'],
          releases.map(({ release, publishedAt, withdrawnAt }) => [
            ...[release.version, release.kind, day(publishedAt), day(withdrawnAt), release.sha256],
          ]),
          RELEASES,
        ),
      ],
      files: [
        jsonFile('product/facts.json', { item: 'VII.1', what: 'Facts of the product' }, of),
        jsonFile(
          RELEASES,
          { item: 'VII.1(b)', what: 'Every published release, as it was signed' },
          releases.map(({ target, publishedAt, withdrawnAt, listed }) => {
            return { publishedAt, withdrawnAt, isListed: listed, target: JSON.parse(target) }
          }),
        ),
      ],
      gaps: [...item7('1')(source), ...undecided, ...mismatches],
    }
  },
}

function headed(caption: string, items: readonly string[] = []) {
  return items.length === 0 ? [] : [text(`${caption}:`), list(items)]
}
