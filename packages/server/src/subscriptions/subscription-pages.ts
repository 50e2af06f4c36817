/** The form, what follows it, and the pages that links in mails lead to. */
import type { DisclosureSettings } from '../disclosure/disclosure-settings.ts'
import type { Sent } from '../disclosure/pages/report-pages.ts'
import { ADDRESS_MAX_CHARACTERS } from '../mail/address.ts'
import { html, type Markup, type Part } from '../pages/markup.ts'
import { document, field } from '../public-pages/layout.ts'
import { linkTo } from '../public-pages/links.ts'
import type { Say } from '../public-pages/say.ts'

export const SUBSCRIBE_PATH = '/subscribe'
export const CONFIRM_PATH = '/subscribe/confirm'
export const UNSUBSCRIBE_PATH = '/unsubscribe'
export const NAME_MAX_CHARACTERS = 64

type ToMend = Partial<Sent> & { readonly problem?: Part }

export function subscribePage(
  say: Say,
  settings: DisclosureSettings,
  { typed = {}, refused, problem }: ToMend = {},
): Markup {
  const line = (name: string, label: string, more: object) =>
    field(say, name, label, {
      ...{ value: typed[name] ?? '', maxLength: NAME_MAX_CHARACTERS },
      isRefused: refused?.has(name),
      ...more,
    })
  return document(say, {
    ...{ title: say('subscribe.title'), settings, path: SUBSCRIBE_PATH, problem },
    content: html`
<p>${say('subscribe.intro')}</p>
<form class="card" method="post" action="${linkTo(say, SUBSCRIBE_PATH)}">
${line('address', say('subscribe.address'), {
  ...{ isRequired: true, autocomplete: 'email', maxLength: ADDRESS_MAX_CHARACTERS },
})}
${line('product', say('subscribe.product'), { isRequired: true, hint: say('subscribe.productHint') })}
${line('device', say('subscribe.device'), { hint: say('subscribe.deviceHint') })}
<button class="first">${say('subscribe.submit')}</button>
</form>
<p class="hint">${say('subscribe.kept')}</p>`,
  })
}

export function askedPage(say: Say, settings: DisclosureSettings): Markup {
  return document(say, {
    ...{ title: say('subscribe.asked'), settings, path: SUBSCRIBE_PATH, isShownOnce: true },
    content: html`<section class="card notice" role="status">
<p>${say('subscribe.askedText')}</p>
<p>${say('subscribe.askedHint')}</p>
</section>`,
  })
}

/** What a link asks for; nothing is done before the button is pressed: mail programs open links by themselves. */
export function buttonPage(
  say: Say,
  settings: DisclosureSettings,
  { path, token, name }: { readonly path: string; readonly token: string; readonly name: string },
): Markup {
  const kind = path === CONFIRM_PATH ? 'confirm' : 'unsubscribe'
  return document(say, {
    ...{ title: say(`${kind}.title`), settings, path, isShownOnce: true },
    content: html`<form class="card" method="post" action="${path}?token=${token}&lang=${say.language}">
<p>${say(`${kind}.text`, { product: name })}</p>
<button class="first">${say(`${kind}.submit`)}</button>
</form>`,
  })
}

export function donePage(say: Say, settings: DisclosureSettings, path: string): Markup {
  const kind = path === CONFIRM_PATH ? 'confirm' : 'unsubscribe'
  return document(say, {
    ...{ title: say(`${kind}.done`), settings, path, isShownOnce: true },
    content: html`<p class="card notice" role="status">${say(`${kind}.doneText`)}</p>`,
  })
}
