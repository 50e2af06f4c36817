/** What facts say that cannot be so together: refused before it is kept. Pure. */
import { CATEGORIES, isOpenTo } from './classes.ts'
import type { ProductFacts } from './facts-schema.ts'
import { factAt } from './sheets.ts'
import { missingUntil } from './support-period.ts'

export interface Flaw {
  readonly code:
    | 'SUPPORT_PERIOD_TOO_SHORT'
    | 'CATEGORY_MISMATCH'
    | 'PROCEDURE_NOT_OPEN'
    | 'UPDATE_POLICY_UNJUSTIFIED'
    | 'FACT_CONTRADICTS'
  readonly message: string
  readonly facts: Readonly<Record<string, string>>
}

export function flawOf(facts: ProductFacts): Flaw | undefined {
  return (
    ofSupport(facts) ?? ofClass(facts) ?? ofProcedure(facts) ?? ofUpdates(facts) ?? ofWaivers(facts)
  )
}

function ofSupport({ supportPeriod }: ProductFacts): Flaw | undefined {
  const atLeast = supportPeriod && missingUntil(supportPeriod)
  if (supportPeriod === undefined || atLeast === undefined) return undefined
  const { starts, ends } = supportPeriod
  return {
    code: 'SUPPORT_PERIOD_TOO_SHORT',
    message: `Support has to last until ${atLeast}: let it, or give an expected use of less than five years and say why (shorterBecause)`,
    facts: { starts, ends, atLeast },
  }
}

function ofClass({ classification }: ProductFacts): Flaw | undefined {
  if (classification === undefined) return undefined
  const { class: of, category } = classification
  const fits = category === undefined ? of === 'default' : CATEGORIES[category].of === of
  if (fits) return undefined
  return {
    code: 'CATEGORY_MISMATCH',
    message: 'Name a category of Annex III or IV that is of this class; the default class has none',
    facts: { class: of, category: category ?? '' },
  }
}

function ofProcedure({ classification, conformity, scope }: ProductFacts): Flaw | undefined {
  if (classification === undefined || conformity === undefined) return undefined
  const isFree = scope?.answers?.isFreeSoftware?.answer === true
  const { class: of } = classification
  if (isOpenTo(conformity.procedure, of, isFree)) return undefined
  return {
    code: 'PROCEDURE_NOT_OPEN',
    message: `A product of class ${of} needs a third party: choose B+C, H or certification (Art. 32)`,
    facts: { class: of, procedure: conformity.procedure },
  }
}

function ofUpdates({ updatePolicy }: ProductFacts): Flaw | undefined {
  if (updatePolicy === undefined || updatePolicy.automatic) return undefined
  if (updatePolicy.because !== undefined) return undefined
  return {
    code: 'UPDATE_POLICY_UNJUSTIFIED',
    message:
      'Security updates install by themselves unless that does not suit the product: say why (updatePolicy.because)',
    facts: {},
  }
}

function ofWaivers(facts: ProductFacts): Flaw | undefined {
  const both = Object.keys(facts.notApplicable ?? {}).find(
    (fact) => factAt(facts, fact) !== undefined,
  )
  if (both === undefined) return undefined
  return {
    code: 'FACT_CONTRADICTS',
    message: `${both} is given and said not to apply: leave one of them out`,
    facts: { fact: both },
  }
}
