/** What is still empty of what the law wants to read about a product. A sheet is complete when every item is. Pure. */
import { isSupportOver } from '@fleetward/shared'
import type { ProductFacts } from './facts-schema.ts'
import { type NotificationFields, notificationFields } from './notification-fields.ts'
import { type ScopeResult, scopeResult, unansweredOf } from './scope.ts'
import { factAt, ITEMS, KNOWN, type KnownFact, SHEETS, type SheetName } from './sheets.ts'

export interface ItemState {
  readonly number: string
  readonly title: string
  readonly state: 'filled' | 'not-applicable' | 'empty'
  /** Facts, or what else there has to be. */
  readonly missing: readonly string[]
  /** Why it does not apply, or not all of it. */
  readonly because?: string
}

export interface SheetState {
  readonly sheet: SheetName
  readonly items: readonly ItemState[]
  readonly isComplete: boolean
}

export interface Mismatch {
  readonly fact: string
  readonly written: string
  /** In the factory settings. */
  readonly signed: string
}

export interface Gaps {
  readonly scope: ScopeResult
  /** Where devices show their owners something else than is written here. */
  readonly mismatches: readonly Mismatch[]
  /** Facts that decide which sheets there are. */
  readonly undecided: readonly string[]
  readonly sheets: readonly SheetState[]
  readonly isComplete: boolean
  readonly isSupportOver?: boolean
  readonly notification: NotificationFields
}

export interface Surroundings {
  readonly known: Readonly<Record<KnownFact, boolean>>
  /** Seconds. */
  readonly now: number
  /** A month: what devices show their owners, if factory settings were signed that say one. */
  readonly signedSupportEnd: string | undefined
}

export function gapsOf(
  facts: ProductFacts,
  { known, now, signedSupportEnd: signed }: Surroundings,
): Gaps {
  const scope = scopeResult(facts.scope)
  const undecided = [
    ...(scope === 'unanswered' ? unansweredOf(facts.scope ?? {}) : []),
    ...['economicRole', 'classification.class', 'updatePolicy.automatic'].filter(
      (path) => factAt(facts, path) === undefined,
    ),
    ...(lacksStandard(facts) ? ['conformity.procedure'] : []),
  ]
  const sheets = SHEETS.map((sheet) => sheetState(facts, known, sheet))
  const ends = facts.supportPeriod?.ends
  const isOtherwise = ends !== undefined && signed !== undefined && ends !== signed
  const mismatches = isOtherwise ? [{ fact: 'supportPeriod.ends', written: ends, signed }] : []
  return {
    ...{ scope, mismatches, undecided, sheets },
    isComplete:
      undecided.length + mismatches.length === 0 && sheets.every(({ isComplete }) => isComplete),
    ...(ends === undefined ? {} : { isSupportOver: isSupportOver(ends, now) }),
    notification: notificationFields(facts, now),
  }
}

/** Art. 32(2): class I takes the maker's own word (A) where a cited standard is applied in full, or it is free software. */
function lacksStandard({
  classification,
  conformity,
  scope,
  declaredStandards = [],
}: ProductFacts): boolean {
  if (classification?.class !== 'important-1' || conformity?.procedure !== 'A') return false
  if (scope?.answers?.isFreeSoftware?.answer === true) return false
  return !declaredStandards.some(({ isCited, isAppliedInFull }) => isCited && isAppliedInFull)
}

function sheetState(
  facts: ProductFacts,
  known: Readonly<Record<KnownFact, boolean>>,
  sheet: SheetName,
): SheetState {
  const freed = sheet === 'annex-5' ? noDeclaration(facts) : undefined
  const items = ITEMS[sheet].map(({ number, title, needs }): ItemState => {
    const what = { number, title }
    if (freed !== undefined)
      return { ...what, state: 'not-applicable', missing: [], because: freed }
    const waived = needs.flatMap((path) => waiverOf(facts, path) ?? [])
    const missing = needs
      .filter((path) => waiverOf(facts, path) === undefined && !isThere(facts, known, path))
      .map((path) => (isKnown(path) ? KNOWN[path] : path))
    const because = waived.length === 0 ? {} : { because: waived.join('; ') }
    if (missing.length > 0) return { ...what, state: 'empty', missing, ...because }
    const isWaived = waived.length === needs.length
    return { ...what, state: isWaived ? 'not-applicable' : 'filled', missing, ...because }
  })
  return { sheet, items, isComplete: items.every(({ state }) => state !== 'empty') }
}

/** A declaration of conformity is the manufacturer's; a steward of free software has none to make (Art. 24). */
function noDeclaration({ economicRole }: ProductFacts): string | undefined {
  return economicRole === 'steward' ? 'a steward declares no conformity (Art. 24)' : undefined
}

function isThere(
  facts: ProductFacts,
  known: Readonly<Record<KnownFact, boolean>>,
  path: string,
): boolean {
  return isKnown(path) ? known[path] : factAt(facts, path) !== undefined
}

function waiverOf({ notApplicable, conformity }: ProductFacts, path: string): string | undefined {
  if (path === 'conformity.notifiedBody' && conformity?.procedure === 'A') {
    return 'procedure A has no notified body'
  }
  return notApplicable?.[path as keyof typeof notApplicable]
}

const isKnown = (path: string): path is KnownFact => Object.hasOwn(KNOWN, path)
