/**
 * Signing in again, and proving again that it is you, in a tab of its own: the page that asked keeps what was typed.
 * That tab ends at {@link BACK}, which tells all others and closes itself.
 */
import { signal } from '@preact/signals'
import { goOn } from '../live/away.ts'

export type Knock = 'sign-in' | 'step-up'

export const BACK = '/console/back'
const CHANNEL = 'fleetward-door'

/** What is asked for now; a dialog of the shell shows it. */
export const knocking = signal<Knock | undefined>(undefined)

/**
 * The session is over, and the person would not sign in yet: what the page asks by itself does not ask them again, what
 * they do does.
 */
export const isSignedOut = signal(false)

/** For whom this page is: what it shows and what was typed is theirs. Undefined: nobody was here yet. */
let person: string | undefined
let waiting: PromiseWithResolvers<void> | undefined

/** The person would not. What waited for it is given up, and said so. */
export class NotEntered extends Error {
  constructor() {
    super('Not signed in')
    this.name = 'NotEntered'
  }
}

/** Ends when somebody came in. However many requests wait, one dialog asks. `isAct`: a person did it, and not the page. */
export function askToEnter(knock: Knock, isAct: boolean): Promise<void> {
  // Nobody was here yet, so nothing can be lost: the page itself goes to the door and comes back.
  if (person === undefined && knock === 'sign-in') {
    const next = `${location.pathname}${location.search}`
    location.assign(`/sign-in?${new URLSearchParams({ next })}`)
    return new Promise(() => {})
  }
  if (isSignedOut.value && !isAct) return Promise.reject(new NotEntered())
  knocking.value = knock
  waiting ??= Promise.withResolvers<void>()
  return waiting.promise
}

/** Who the session is of. Pages of this browser that are somebody else's begin anew: its requests are this one's now. */
export function noteEntered(id: string): void {
  if (isSomebodyElse(id)) {
    beginAnew()
    return
  }
  person = id
  tell({ person: id })
}

export function isSomebodyElse(id: string): boolean {
  return person !== undefined && person !== id
}

/** Then nobody is asked whether to stay: what is not saved is not theirs who would answer. */
export let isBegunAnew = false

/** What one person began is never sent as another: nothing of it is left. */
export function beginAnew(): void {
  isBegunAnew = true
  location.reload()
}

export function entered(): void {
  end((door) => door.resolve())
  noteSignedIn()
}

/** The session is there again, by whatever way: what was not asked meanwhile is. */
export function noteSignedIn(): void {
  if (!isSignedOut.value) return
  isSignedOut.value = false
  goOn()
}

export function notEntered(): void {
  if (knocking.value === 'sign-in') isSignedOut.value = true
  end((door) => door.reject(new NotEntered()))
}

function end(settle: (door: PromiseWithResolvers<void>) => void): void {
  const door = waiting
  waiting = undefined
  knocking.value = undefined
  if (door !== undefined) settle(door)
}

/** The tab that lets somebody in. */
export function openDoor(knock: Knock): void {
  window.open(`/${knock}?${new URLSearchParams({ next: BACK })}`, 'fleetward-door')
}

type News = 'entered' | { readonly person: string }

export function listenAtDoor(): void {
  new BroadcastChannel(CHANNEL).addEventListener('message', ({ data }: MessageEvent<News>) => {
    if (data === 'entered') entered()
    else if (isSomebodyElse(data.person)) beginAnew()
  })
}

export function tellDoorIsOpen(): void {
  tell('entered')
}

function tell(news: News): void {
  const channel = new BroadcastChannel(CHANNEL)
  channel.postMessage(news)
  channel.close()
}
