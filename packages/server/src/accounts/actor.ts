/** Who did it: what audit, approvals and every change know of a caller. */

export interface Actor {
  /** `stranger`: nobody has said who is calling. */
  readonly kind: 'person' | 'service' | 'system' | 'stranger'
  /** Account id; `machine` and `server` are no accounts. */
  readonly id: string
  /** For people to read. */
  readonly name: string
  /**
   * Account id of the person who answers: the person; the owner of a service account or token; undefined for
   * the server itself, the machine's token and a stranger.
   */
  readonly person: string | undefined
  readonly via: 'session' | 'token' | 'machine' | 'server' | 'none'
  /** Where the request came from. */
  readonly address: string | undefined
  /** Id of the session or the token that was used. */
  readonly credential?: string | undefined
}

/** What the server does by itself: stop a rollout, renew, delete what is due. */
export const SERVER_ACTOR: Actor = {
  ...{ kind: 'system', id: 'server', name: 'the server' },
  ...{ person: undefined, via: 'server', address: undefined },
}

/** Whoever holds the file `admin-token`: no person answers, so it never approves. */
export function machineActor(address: string | undefined): Actor {
  return {
    ...{ kind: 'service', id: 'machine', name: "the machine's token" },
    ...{ person: undefined, via: 'machine', address },
  }
}

export function strangerActor(address: string | undefined): Actor {
  return {
    ...{ kind: 'stranger', id: 'stranger', name: 'somebody not signed in' },
    ...{ person: undefined, via: 'none', address },
  }
}
