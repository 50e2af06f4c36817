/** The tables of migration 0020 as kysely sees them. Times are seconds since 1970. */
import type { ColumnType } from 'kysely'
import type { MailState } from '../../../mail/mail.ts'

type Numbered = ColumnType<number, undefined, never>

export interface MailTables {
  mails: {
    number: Numbered
    id: string
    about: string
    recipient: string
    subject: string
    content: string
    subscription: string | null
    is_urgent: number
    state: MailState
    added_at: number
    attempts: number
    next_at: number
    ended_at: number | null
    error: string | null
  }
  mail_keys: { id: number; sealed: string }
  mail_progress: { id: number; position: number }
  mail_topics_off: { account: string; topic: string }
  subscriptions: {
    number: Numbered
    id: string
    address: string
    product: string
    device: string
    language: string
    asked_at: number
    confirmed_at: number | null
    bounces: number
  }
  mail_rounds: {
    number: Numbered
    about: string
    product: string
    at: number
    facts: string
    position: number
  }
}
