/** What a dossier lacks, by the form of the server's sentence. */
import type { Forms } from '../../../words/by-form.ts'

export const GAP_FORMS: Forms = [
  [/^(?<title>[^:]+): missing (?<missing>.+)$/s, 'missing'],
  [/^Undecided: (?<missing>.+)$/s, 'undecided'],
  [/^“when support ends” is (?<written>.+) here and (?<signed>.+) in the signed /, 'mismatch'],
  [/^Nobody has written which data the product itself processes$/, 'noData'],
  [/^There is no signed metadata: nothing can be distributed securely$/, 'noMetadata'],
  [/^No contact for reports of vulnerabilities is published by this server$/, 'noContact'],
  [/^The declaration of conformity is a draft: nobody has signed it$/, 'draft'],
  [/^The declaration of conformity is signed for an earlier version: /, 'outdated'],
  [/^No published release is supported: /, 'noRelease'],
  [/^There is no VEX document as (?<format>\w+): /, 'noVex'],
  [
    /^(?<feed>\S+) .+: (fetch it again|import a newer one|do not believe its silence)\.$/s,
    'feedNotFresh',
  ],
  [/^The release gate is closed for (?<version>\S+), as of [\d-]+: /, 'gateClosed'],
  [/^There is no feed of vulnerabilities \(osv or cve\)\.$/, 'feedMissing'],
  [/^There is no feed of what is exploited \(kev or euvd\)\.$/, 'exploitedFeedMissing'],
  [/^(?<feed>\S+) was never imported: import it first\.$/, 'feed-neverImported'],
  [/^The SBOM of (?<version>\S+) is not read yet$/, 'sbomWaits'],
  [/^The SBOM of (?<version>\S+) is not in the store$/, 'sbomGone'],
  [/^The release gate was never asked about (?<version>\S+)$/, 'gateNever'],
  [/^There is no evidence that (?<version>\S+) was tested$/, 'noEvidence'],
  [/^Evidence (?<number>\d+) is not in the store$/, 'evidenceGone'],
  [/^Component (?<name>.+): nobody has reviewed it$/s, 'component-none'],
  [/^Component (?<name>.+): its next review is overdue$/s, 'component-overdue'],
  [/^Component (?<name>.+): another major version of it was reviewed$/s, 'component-otherVersion'],
  [
    /^Component (?<name>.+): it was refused, and it is built in all the same$/s,
    'component-refused',
  ],
  [/^(?<more>\d+) more components without a review that counts$/, 'moreComponents'],
  [/^(?<more>\d+) more gaps$/, 'moreGaps'],
  [/^Report (?<id>\S+) to the maker .+ is overdue: it was not sent$/s, 'reportNotSent'],
  [/^Report (?<id>\S+) to the maker .+ is overdue: nobody answered$/s, 'reportUnanswered'],
  [/^Requirement (?<id>[IV.a-m\d]+): Nobody has answered it$/, 'of-unanswered'],
  [
    /^Requirement (?<id>[IV.a-m\d]+): It applies, and nobody says how it is met$/,
    'of-not-said-how',
  ],
  [/^Requirement (?<id>[IV.a-m\d]+): There is no evidence$/, 'of-no-evidence'],
  [/^Requirement (?<id>[IV.a-m\d]+): The evidence names a risk that is not /, 'of-risk-gone'],
  [/^Requirement (?<id>[IV.a-m\d]+): It was accepted as suggested, /, 'of-suggestion-changed'],
  [/^Requirement (?<id>[IV.a-m\d]+): There is something still to be done$/, 'of-open-point'],
  [
    /^Requirement (?<id>[IV.a-m\d]+): Something should have been done by now$/,
    'of-open-point-overdue',
  ],
  [/^Requirement (?<id>[IV.a-m\d]+): It was answered under an older text /, 'of-older-edition'],
  [/^Requirement (?<id>[IV.a-m\d]+): Every standard that covers it /, 'of-standard-superseded'],
  [/^Standard (?<id>\S+): it was superseded$/, 'of-superseded'],
  [/^Standard (?<id>\S+): it covers no requirement of Annex I$/, 'of-covers-nothing'],
  [/^Standard (?<id>\S+): the Official Journal does not cite it/, 'of-not-cited'],
  [/^Data (?<id>\S+): the data is personal, and no legal basis is written$/, 'of-no-legal-basis'],
  [/^Data (?<id>\S+): no risk of the register speaks of it$/, 'of-no-risk'],
  [/^Data (?<id>\S+): it names a risk that is not in the register any more$/, 'of-risk-gone'],
]

/** What the server knows of itself and lists beside facts. */
export const KNOWN_FORMS: Forms = [
  [/^a published release /, 'known-release'],
  [/^a reviewed risk assessment /, 'known-assessment'],
  [/^evidence or a test at every high risk$/, 'known-evidence'],
]
