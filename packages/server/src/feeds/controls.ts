/**
 * The positive control of an import (CRA P-036, P-039): what must be found in what was just written, by the very keys
 * and the very matcher that releases are matched with. Where the caller names none there is one for each kind of feed
 * that everybody's copy must pass.
 */
import {
  type MatchableComponent,
  matchComponent,
  runPositiveControl,
  type Vulnerability,
} from '@fleetward/vulnerability'
import { candidatesOf } from '../findings/candidates-of.ts'
import type { Control, ControlState, FeedKind } from './feed.ts'
import type { FeedStore } from './feed-store.ts'
import { keyRowsOf } from './key-rows.ts'

/** Log4Shell is on every list of what is exploited, and has a score as long as there are scores. */
const LISTED: Control = { component: undefined, vulnerability: 'CVE-2021-44228' }

const USUAL: Readonly<Record<FeedKind, Control | undefined>> = {
  osv: { component: 'pkg:npm/systeminformation@5.2.5', vulnerability: 'CVE-2021-21315' },
  cve: {
    component: 'cpe:2.3:a:openssl:openssl:1.0.1f:*:*:*:*:*:*:*',
    vulnerability: 'CVE-2014-0160',
  },
  kev: LISTED,
  euvd: LISTED,
  epss: LISTED,
  csaf: undefined,
}

export interface ControlRun {
  readonly control: ControlState
  readonly sentence: string
}

export async function runControl(
  feeds: FeedStore,
  generation: number,
  kind: FeedKind,
  asked: Control | undefined,
): Promise<ControlRun> {
  const control = asked ?? USUAL[kind]
  if (control === undefined) {
    return { control: 'notRun', sentence: 'Nobody named a vulnerability that it must find.' }
  }
  const { component, vulnerability } = control
  const wanted = { component: component ?? '', vulnerabilityId: vulnerability }
  const { positiveControl, sentence } = await runPositiveControl(wanted, async (sought) =>
    sought === ''
      ? listed(feeds, generation, vulnerability)
      : found(feeds, generation, componentOf(sought)),
  )
  return { control: positiveControl, sentence }
}

async function found(feeds: FeedStore, generation: number, component: MatchableComponent) {
  const records = await feeds.byKeys(keyRowsOf(component), generation)
  const candidates = candidatesOf(
    records.map((record) => JSON.parse(record) as Vulnerability),
    await feeds.covers(generation),
  )
  return matchComponent(component, candidates).affected.map(({ vulnerability }) => vulnerability)
}

async function listed(feeds: FeedStore, generation: number, name: string) {
  const isExploited = (await feeds.exploitedAmong([name], generation)).has(name)
  const isScored = (await feeds.epssOf([name], generation)).has(name)
  return isExploited || isScored ? [{ id: name, aliases: [] }] : []
}

function componentOf(sought: string): MatchableComponent {
  const isPurl = sought.startsWith('pkg:')
  return {
    ...{ ref: sought, name: sought, version: undefined },
    ...{ purl: isPurl ? sought : undefined, cpes: isPurl ? [] : [sought] },
  }
}
