/**
 * The EU declaration of conformity after Annex V, made of facts, and whether what somebody signed still says what the
 * facts say (CRA P-002, P-146). Pure.
 */
import { canonicalJson, type DeclarationState, sha256Hex } from '@fleetward/shared'
import type { ProductFacts } from '../product-facts/facts-schema.ts'
import { ITEMS } from '../product-facts/sheets.ts'
import { declared } from './declaration-sentences.ts'

export interface DeclarationItem {
  readonly number: string
  readonly title: string
  readonly lines: readonly string[]
}

/** Items 1 to 7; the eighth is the signature. */
export interface DeclarationText {
  readonly product: string
  readonly items: readonly DeclarationItem[]
}

export interface Signer {
  readonly name: string
  readonly function: string
  readonly place: string
  /** A day: 2026-11-21. */
  readonly date: string
}

export interface SignedDeclaration {
  /** Of the declarations of the product, from 1. */
  readonly number: number
  /** When it was recorded, in seconds since 1970. */
  readonly at: number
  /** Account id, and what it was called. */
  readonly by: string
  readonly byName: string
  readonly signer: Signer
  readonly text: DeclarationText
  /** Of {@link declarationDigest}. */
  readonly textSha256: string
  /** The document that was signed outside, as it was handed in. */
  readonly document: { readonly sha256: string; readonly length: number } | undefined
}

export interface DeclarationStanding {
  readonly state: DeclarationState
  readonly draft: DeclarationText
  readonly draftSha256: string
  readonly signed: SignedDeclaration | undefined
}

export function declarationText(product: string, facts: ProductFacts): DeclarationText {
  const linesOf = LINES(facts)
  const items = ITEMS['annex-5'].flatMap(({ number, title }) => {
    const lines = linesOf[number]
    return lines === undefined
      ? []
      : [{ number, title, lines: lines.flatMap((line) => line ?? []) }]
  })
  return { product, items }
}

/** What somebody who signs says he has read. */
export function declarationDigest(text: DeclarationText): string {
  return sha256Hex(canonicalJson(JSON.parse(JSON.stringify(text))))
}

export function standingOf(
  product: string,
  facts: ProductFacts,
  signed: SignedDeclaration | undefined,
): DeclarationStanding {
  const draft = declarationText(product, facts)
  const draftSha256 = declarationDigest(draft)
  const isSame = signed?.textSha256 === draftSha256
  const state =
    facts.economicRole === 'steward'
      ? 'not-due'
      : signed === undefined
        ? 'draft'
        : isSame
          ? 'signed'
          : 'outdated'
  return { state, draft, draftSha256, signed }
}

/** Annex VI. */
export function simplifiedText({ manufacturer, identification, name, declaration }: ProductFacts) {
  const type = [name, identification?.model].filter((one) => one !== undefined).join(', ')
  return `Hereby, ${manufacturer?.name ?? '…'} declares that the product with digital elements type ${type || '…'} is in compliance with Regulation (EU) 2024/2847. The full text of the EU declaration of conformity is available at the following internet address: ${declaration?.url ?? '…'}`
}

type Lines = readonly (string | undefined)[]

const LINES = (facts: ProductFacts): Readonly<Record<string, Lines>> => {
  const { name, identification, manufacturer, declaration, declaredStandards, conformity } = facts
  const waived = (fact: 'declaredStandards' | 'conformity.notifiedBody') => {
    const because = facts.notApplicable?.[fact]
    return because === undefined ? undefined : declared('notApplicable', because)
  }
  const body = conformity?.notifiedBody
  return {
    '1': [name, identification?.model, identification?.further],
    '2': [manufacturer?.name, manufacturer?.postalAddress],
    '3': [declared('responsibility')],
    '4': [declaration?.object],
    '5': declaration?.legislation?.map((act) => declared('conforms', act)) ?? [],
    '6': declaredStandards?.map(({ title, version, isAppliedInFull }) => {
      const standard = `${title}:${version}`
      return isAppliedInFull ? standard : declared('inPart', standard)
    }) ?? [waived('declaredStandards')],
    '7': [
      conformity && declared('procedure', conformity.procedure),
      body && declared('body', `${body.name} (${body.number})`),
      body?.certificate && declared('certificate', body.certificate),
      body ? undefined : waived('conformity.notifiedBody'),
    ],
  }
}
