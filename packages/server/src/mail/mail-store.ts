import type { Mail, MailState, NewMail } from './mail.ts'

export interface MailQuery {
  readonly state: MailState | undefined
  /** From the one before this id. */
  readonly before: string | undefined
  readonly limit: number
}

export interface MailStore {
  /**
   * Goes out when the transaction of these stores is durable, and not at all otherwise. False: this was told to this
   * address already, or there is no such address.
   */
  add(mail: NewMail): Promise<boolean>
  find(id: string): Promise<Mail | undefined>
  /** The newest first. */
  list(query: MailQuery): Promise<readonly Mail[]>
  /** Those whose time has come, urgent ones first. */
  due(now: number, limit: number): Promise<readonly Mail[]>
  /** Written before an attempt: false when another server was faster. */
  claim(mail: Pick<Mail, 'id' | 'attempts'>, nextAt: number): Promise<boolean>
  /** Without having been tried. */
  putOff(id: string, nextAt: number): Promise<void>
  failed(id: string, error: string): Promise<void>
  /** False when it had ended. Its text is gone then. */
  end(
    id: string,
    state: 'sent' | 'given-up',
    at: number,
    error: string | undefined,
  ): Promise<boolean>
  count(state: MailState): Promise<number>
  /** Added since then, those about something that begins so. */
  countAbout(beginning: string, since: number, to?: string): Promise<number>
  /** Sent since then. */
  countSentTo(to: string, since: number): Promise<number>
  /** Deletes at most `limit` that ended before `at`; resolves with how many it were. */
  deleteEndedBefore(at: number, limit: number): Promise<number>
  /** With what was sent: its address is to be forgotten. */
  deleteOf(subscription: string): Promise<void>

  /** Of the last event of which mails were made; undefined: none yet. */
  position(): Promise<number | undefined>
  /** False when another server was faster. */
  moveTo(before: number | undefined, position: number): Promise<boolean>

  /** Sealed; undefined before there is one. */
  key(): Promise<string | undefined>
  /** The first one stays; resolves with it. */
  keepKey(sealed: string): Promise<string>

  topicsOff(account: string): Promise<readonly string[]>
  setTopicsOff(account: string, topics: readonly string[]): Promise<void>
}
