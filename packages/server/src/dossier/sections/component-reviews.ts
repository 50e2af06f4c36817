/** Under Annex VII 2(b): what was looked at of each component that others made (Art. 13(5), CRA P-018, P-148). */
import type { DossierGap } from '@fleetward/shared'
import type { Built } from '../../law/components/built-in.ts'
import type { ReviewState } from '../../law/components/component-review.ts'
import { type Reviewed, reviewedIn } from '../../law/components/reviewed.ts'
import { day, facts, oneLine, table } from '../document.ts'
import { jsonFile } from '../json-file.ts'
import type { Section } from '../section.ts'

const REVIEWS = 'components/reviews.json'
/** Of components by name: a product whose review has not begun has more than anybody reads. */
const NAMED_MAX_COUNT = 200

const STATE_WORDS: Readonly<Record<Exclude<ReviewState, 'current'>, string>> = {
  none: 'nobody has reviewed it',
  overdue: 'its next review is overdue',
  'other-version': 'another major version of it was reviewed',
  refused: 'it was refused, and it is built in all the same',
}

export const componentReviews: Section = {
  id: 'component-reviews',
  item: '2',
  title: 'Due diligence on components of others (Art. 13(5))',
  async write({ stores, product, now }) {
    const built = await reviewedIn(stores, product, now)
    const { release, components } = built
    return {
      blocks: [
        facts([['Components of', release]]),
        table(
          'Components of others, and what somebody found of each',
          ['Component', 'Version', 'Supplier', 'Review', 'Support', 'Licence', 'By', 'Until'],
          components.map(({ component, versions, supplier = '', state, kept }) => {
            const said = kept?.content
            const { support = '', licence = '', reviewer = '', nextReviewOn = '' } = said ?? {}
            return [
              ...[oneLine(component), oneLine(versions.join(' ')), oneLine(supplier)],
              said === undefined ? state : `${said.decision}, ${state}`,
              ...[support, oneLine(licence), oneLine(reviewer), nextReviewOn],
            ]
          }),
          REVIEWS,
        ),
      ],
      files: [
        jsonFile(
          REVIEWS,
          { item: 'VII.2(b)', what: 'Components of others with their reviews' },
          { ...built, components: components.map(shown) },
        ),
      ],
      gaps: [...unreadGaps(built), ...reviewGaps(components, product)],
    }
  },
}

function shown({ kept, ...component }: Reviewed) {
  if (kept === undefined) return component
  return { ...component, review: kept.content, reviewedOn: day(kept.at), recordedBy: kept.by }
}

/** Of what was not read nobody can say that it was looked at. */
function unreadGaps({ release, state, beyondCount }: Built): readonly DossierGap[] {
  const gap = (what: string, next: string) => [{ item: 'VII.2(b)', what, next }]
  if (state === 'no-release') {
    return gap(
      'No published release is supported: which components to review is not known',
      'fleetward release create --help',
    )
  }
  if (state === 'waiting') {
    return gap(`The SBOM of ${release} is not read yet`, 'Build the dossier again in a minute.')
  }
  if (state === 'unreadable') {
    const next = 'Publish a release with an SBOM that can be read: fleetward sbom check --help'
    return gap(`The SBOM of ${release} cannot be read: its components are not known`, next)
  }
  if (beyondCount === 0) return []
  const what = `${beyondCount} components of ${release} are beyond those that are read of an SBOM`
  return gap(what, 'Hand your own document on them over with the dossier.')
}

function reviewGaps(components: readonly Reviewed[], product: string): readonly DossierGap[] {
  const open = components.flatMap(({ component, state }) =>
    state === 'current' ? [] : [{ component, words: STATE_WORDS[state] }],
  )
  const item = 'VII.2(b)'
  const next = `fleetward products components review ${product} --help`
  const gaps = open.slice(0, NAMED_MAX_COUNT).map(({ component, words }) => ({
    ...{ item, what: `Component ${component}: ${words}`, next },
  }))
  const rest = open.length - gaps.length
  if (rest === 0) return gaps
  return [...gaps, { item, what: `${rest} more components without a review that counts`, next }]
}
