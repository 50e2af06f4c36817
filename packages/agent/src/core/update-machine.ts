/**
 * The life of one update on the device (protocol §12).
 *
 *   idle → offered → downloading → installing → arming → rebooting → trial → committing → idle
 *    ▲        │           │            │           │         │         │          │
 *    ├─ gone ─┴── gone ───┼──── gone ──┤           │         │         ▼          │
 *    │                    └──────────► failed ◄────┴─────────┴── rollingBack      │
 *    └──────────────────────────────────┘ ▲                                       │
 *                                         └── the bootloader fell back ───────────┘
 *
 * Pure. The shell (../run/update-run.ts) saves the state {@link next} returns, then carries out
 * {@link effectsOf} it. Effects depend on the state alone, so after a power loss entering the saved
 * state again repeats what was cut off. Every effect must therefore be safe to repeat.
 */
import type {
  DeviceCode,
  Facts,
  Offer,
  TransferCode,
  TrustCode,
  WaitingFor,
} from '@fleetward/shared'

export const SLOT_NAMES = ['A', 'B'] as const
export type SlotName = (typeof SLOT_NAMES)[number]

/** What is being installed, and where to. Saved, so it holds what a verification anew needs. */
export interface Update {
  readonly offer: Offer
  /** Seconds since 1970: until when the manifest that carries the offer speaks (protocol §5.2). */
  readonly validUntil: number
  /** Never the booted slot. */
  readonly slot: SlotName
}

export interface Failure {
  readonly code: TrustCode | TransferCode | DeviceCode
  readonly facts: Facts
}

export type UpdateState =
  | { readonly name: 'idle' }
  | { readonly name: 'offered'; readonly update: Update; readonly waitingFor?: WaitingFor }
  | { readonly name: 'downloading'; readonly update: Update }
  /** `isWritten`: the slot is ready, and whoever has a say in the switch is asked. */
  | {
      readonly name: 'installing'
      readonly update: Update
      readonly isWritten?: true
      readonly waitingFor?: WaitingFor
    }
  /** Telling the bootloader to try the new slot. */
  | { readonly name: 'arming'; readonly update: Update }
  | { readonly name: 'rebooting'; readonly update: Update }
  /** The new slot runs, but the bootloader falls back to the old one unless it is committed. */
  | { readonly name: 'trial'; readonly update: Update }
  | { readonly name: 'committing'; readonly update: Update }
  | { readonly name: 'rollingBack'; readonly update: Update; readonly failure: Failure }
  | { readonly name: 'failed'; readonly update: Update; readonly failure: Failure }

export type UpdateEvent =
  /** A manifest speaks for an update; while one is `offered`, the newer word replaces the older. */
  | { readonly name: 'offerTaken'; readonly update: Update }
  /** Its release must not be installed as things stand. The report says why; nothing is remembered. */
  | { readonly name: 'offerRefused' }
  | { readonly name: 'mustWait'; readonly waitingFor: WaitingFor }
  | { readonly name: 'mayStart' }
  /** The server withdrew the offer, or offers it no longer. */
  | { readonly name: 'offerGone' }
  | { readonly name: 'artifactFetched' }
  | { readonly name: 'slotWritten' }
  | { readonly name: 'maySwitch' }
  | { readonly name: 'armed' }
  /** An effect came to an end that repeating it cannot change. */
  | { readonly name: 'effectFailed'; readonly failure: Failure }
  /** The first event after every boot of the device. */
  | { readonly name: 'booted'; readonly slot: SlotName }
  | { readonly name: 'selfTestPassed' }
  | { readonly name: 'selfTestFailed'; readonly failure: Failure }
  | { readonly name: 'committed' }
  | { readonly name: 'settled' }

export type Effect =
  /** Verifies the release, asks everybody who has a say, waits. */
  | { readonly name: 'consider'; readonly update: Update }
  | { readonly name: 'download'; readonly update: Update }
  | { readonly name: 'writeSlot'; readonly update: Update }
  /** Asks everybody who has a say in the switch, waits. */
  | { readonly name: 'considerSwitch'; readonly update: Update }
  | { readonly name: 'tryBoot'; readonly update: Update }
  | { readonly name: 'boot' }
  | { readonly name: 'selfTest'; readonly update: Update }
  | { readonly name: 'commit'; readonly update: Update }
  | { readonly name: 'abandonTrial' }
  | { readonly name: 'discardDownload' }
  | { readonly name: 'settle' }

type Transitions = {
  readonly [S in UpdateState['name']]: {
    readonly [E in UpdateEvent['name']]?: (
      state: Extract<UpdateState, { name: S }>,
      event: Extract<UpdateEvent, { name: E }>,
    ) => UpdateState
  }
}

const transitions: Transitions = {
  idle: {
    offerTaken: (_, { update }) => ({ name: 'offered', update }),
  },
  offered: {
    offerTaken: (state, { update }) => ({ ...state, update }),
    offerRefused: () => ({ name: 'idle' }),
    offerGone: () => ({ name: 'idle' }),
    mustWait: (state, { waitingFor }) =>
      state.waitingFor === waitingFor
        ? state
        : { name: 'offered', update: state.update, waitingFor },
    mayStart: ({ update }) => ({ name: 'downloading', update }),
    booted: (state, { slot }) => dropWhenItsSlotRuns(state, slot),
  },
  downloading: {
    offerGone: () => ({ name: 'idle' }),
    artifactFetched: ({ update }) => ({ name: 'installing', update }),
    effectFailed: ({ update }, { failure }) => ({ name: 'failed', update, failure }),
    booted: (state, { slot }) => dropWhenItsSlotRuns(state, slot),
  },
  installing: {
    offerGone: () => ({ name: 'idle' }),
    slotWritten: ({ update }) => ({ name: 'installing', update, isWritten: true }),
    mustWait: (state, { waitingFor }) =>
      state.waitingFor === waitingFor ? state : { ...state, waitingFor },
    maySwitch: ({ update }) => ({ name: 'arming', update }),
    effectFailed: ({ update }, { failure }) => ({ name: 'failed', update, failure }),
    booted: (state, { slot }) => dropWhenItsSlotRuns(state, slot),
  },
  arming: {
    armed: ({ update }) => ({ name: 'rebooting', update }),
    effectFailed: ({ update }, { failure }) => ({ name: 'failed', update, failure }),
    // Power was lost after the bootloader had been told, before this was saved.
    booted: (state, { slot }) =>
      slot === state.update.slot ? { name: 'trial', update: state.update } : state,
  },
  rebooting: {
    booted: ({ update }, { slot }) =>
      slot === update.slot ? { name: 'trial', update } : didNotStay(update, slot),
  },
  trial: {
    booted: (state, { slot }) =>
      slot === state.update.slot ? state : didNotStay(state.update, slot),
    selfTestPassed: ({ update }) => ({ name: 'committing', update }),
    selfTestFailed: ({ update }, { failure }) => ({ name: 'rollingBack', update, failure }),
  },
  committing: {
    booted: (state, { slot }) =>
      slot === state.update.slot ? state : didNotStay(state.update, slot),
    committed: () => ({ name: 'idle' }),
  },
  rollingBack: {
    booted: (state, { slot }) =>
      slot === state.update.slot
        ? state
        : { name: 'failed', update: state.update, failure: state.failure },
  },
  failed: {
    // Power was lost before the trial was abandoned, so its slot was booted once more.
    booted: (state, { slot }) =>
      slot === state.update.slot
        ? { name: 'rollingBack', update: state.update, failure: state.failure }
        : state,
    settled: () => ({ name: 'idle' }),
  },
}

/** The state after `event`; the very same object when the event means nothing in this state. */
export function next(state: UpdateState, event: UpdateEvent): UpdateState {
  // The table is typed per state; TypeScript cannot see that `state` picks its own row.
  const row = transitions[state.name] as Record<
    string,
    ((state: UpdateState, event: UpdateEvent) => UpdateState) | undefined
  >
  return row[event.name]?.(state, event) ?? state
}

/** What to do on entering `state`, in order. */
export function effectsOf(state: UpdateState): Effect[] {
  switch (state.name) {
    case 'idle':
      return [{ name: 'discardDownload' }]
    case 'offered':
      return [{ name: 'consider', update: state.update }]
    case 'downloading':
      return [{ name: 'download', update: state.update }]
    case 'installing':
      return state.isWritten === true
        ? [{ name: 'considerSwitch', update: state.update }]
        : [{ name: 'writeSlot', update: state.update }]
    case 'arming':
      return [{ name: 'tryBoot', update: state.update }]
    case 'rebooting':
      return [{ name: 'boot' }]
    case 'trial':
      return [{ name: 'selfTest', update: state.update }]
    case 'committing':
      return [{ name: 'commit', update: state.update }]
    case 'rollingBack':
      return [{ name: 'abandonTrial' }, { name: 'boot' }]
    case 'failed':
      // An arming that failed half way may have left the trial behind.
      return [{ name: 'abandonTrial' }, { name: 'discardDownload' }, { name: 'settle' }]
  }
}

/** Whether the update can still be dropped without a trace: nothing has been armed yet. */
export function isBeforeArming(
  state: UpdateState,
): state is Extract<UpdateState, { name: 'offered' | 'downloading' | 'installing' }> {
  return state.name === 'offered' || state.name === 'downloading' || state.name === 'installing'
}

export function updateOf(state: UpdateState): Update | undefined {
  return state.name === 'idle' ? undefined : state.update
}

export function otherSlot(slot: SlotName): SlotName {
  return slot === 'A' ? 'B' : 'A'
}

/**
 * The slot an update would be written to runs (somebody switched by hand): the update is dropped,
 * and taken again for the other slot if it is still offered.
 */
function dropWhenItsSlotRuns(
  state: Extract<UpdateState, { name: 'offered' | 'downloading' | 'installing' }>,
  booted: SlotName,
): UpdateState {
  return booted === state.update.slot ? { name: 'idle' } : state
}

/** A boot between arming and commit came up in the old slot: the bootloader fell back. */
function didNotStay(update: Update, booted: SlotName): UpdateState {
  const facts = { expected: update.slot, booted }
  return { name: 'failed', update, failure: { code: 'NEW_SLOT_DID_NOT_STAY', facts } }
}
