/** The words of mails to subscribers, in their language. Pure. */
import { CONFIRM_MARK, UNSUBSCRIBE_MARK } from '../mail/mail-links.ts'
import type { MailWords } from '../mail/staff-mail.ts'
import type { Language } from '../pages/language.ts'
import type { News } from './news.ts'
import { de } from './words/de.ts'
import { en, type MailCatalogue } from './words/en.ts'
import { fr } from './words/fr.ts'

const CATALOGUES: Readonly<Record<Language, MailCatalogue>> = { en, de, fr }
const HOUR_SECONDS = 3_600
const DAY_SECONDS = 86_400

/** What it is about, as the reader knows it; `device` is '' for the product as a whole. */
export interface Subject {
  readonly name: string
  readonly device: string
}

type Values = Readonly<Record<string, string | number>>

export function confirmMail(language: Language, subject: Subject): MailWords {
  const say = sayIn(language)
  const values = { product: subject.name, device: deviceWords(say, subject), link: CONFIRM_MARK }
  return { subject: say('confirm.subject', values), text: say('confirm.text', values) }
}

export function newsMail(language: Language, news: News, about: Subject): MailWords {
  const say = sayIn(language)
  const { subject, text } = wordsOf(say, language, news, about)
  const end = say('end', { product: about.name, link: UNSUBSCRIBE_MARK })
  return { subject, text: `${text}\n\n${end}` }
}

type SayMail = (key: keyof MailCatalogue, values?: Values) => string

function sayIn(language: Language): SayMail {
  const words = CATALOGUES[language]
  return (key, values = {}) =>
    words[key].replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

function wordsOf(say: SayMail, language: Language, news: News, about: Subject): MailWords {
  const product = about.name
  switch (news.kind) {
    case 'update': {
      const { version, summary } = news
      const values = {
        ...{ product, version, device: deviceWords(say, about) },
        ...{
          summary: summary === '' ? '' : `${summary}\n`,
          postpone: postponing(say, language, news),
        },
      }
      return { subject: say('update.subject', values), text: say('update.text', values) }
    }
    case 'support': {
      const { ends, monthsBefore } = news
      const month = new Intl.DateTimeFormat(locale(language), {
        ...{ month: 'long', year: 'numeric', timeZone: 'UTC' },
      }).format(Date.parse(`${ends}-01T00:00:00Z`))
      const values = {
        ...{ product, month },
        in: say(monthsBefore === 1 ? 'support.month' : 'support.months', { count: monthsBefore }),
      }
      return monthsBefore === 0
        ? { subject: say('support.subjectOver', values), text: say('support.textOver', values) }
        : { subject: say('support.subject', values), text: say('support.text', values) }
    }
    case 'advisory': {
      const { advisory, title, url, isUpdated } = news
      const values = { product, advisory, title, url }
      return {
        subject: say('advisory.subject', values),
        text: say(isUpdated ? 'advisory.textUpdated' : 'advisory.text', values),
      }
    }
    case 'notice': {
      const { text, versions } = news
      const list = new Intl.ListFormat(locale(language)).format(versions)
      const concerned = versions.length === 0 ? '' : say('notice.versions', { product, list })
      return { subject: say('notice.subject', { product }), text: `${concerned}${text}` }
    }
  }
}

function postponing(
  say: SayMail,
  language: Language,
  { deadline, postponeUpToSeconds: seconds }: Extract<News, { kind: 'update' }>,
): string {
  if (deadline !== undefined) {
    const when = new Intl.DateTimeFormat(locale(language), {
      ...{ dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' },
    }).format(deadline * 1000)
    return say('update.until', { when: `${when} UTC` })
  }
  if (seconds === 0) return say('update.now')
  const days = Math.floor(seconds / DAY_SECONDS)
  const time =
    days === 0
      ? say('time.hours', { count: Math.ceil(seconds / HOUR_SECONDS) })
      : say(days === 1 ? 'time.day' : 'time.days', { count: days })
  return say('update.upTo', { time })
}

function deviceWords(say: SayMail, { device }: Subject): string {
  return device === '' ? '' : say('of.device', { device })
}

function locale(language: Language): string {
  return language === 'en' ? 'en-GB' : language
}
