/** Updates to take by hand, with their hashes and how to check them; or how updates come, where there are none to take. */
import { advisoryPath } from '../advisories/pages/advisory-pages.ts'
import { plainText } from '../disclosure/plain-text.ts'
import { mendsSecurity } from '../entitlements/entitlement.ts'
import { html, type Markup, type Part } from '../pages/markup.ts'
import { linkTo, linkToFile } from '../public-pages/links.ts'
import type { Say } from '../public-pages/say.ts'
import { type Download, RELEASES_MAX_COUNT, sumsPath } from './downloads.ts'
import type { PublicProduct } from './public-product.ts'

export interface Offered {
  readonly product: PublicProduct
  readonly downloads: readonly Download[]
  /** There are older ones. */
  readonly isCut: boolean
  /** Of advisories that the public finds here. */
  readonly advisories: ReadonlySet<string>
  /** Of vulnerabilities that those tell of: what is under embargo is not told by the fix either. */
  readonly known: ReadonlySet<string>
  /** Origin of the public listener. */
  readonly base: string
}

export function downloadsContent(say: Say, offered: Offered): Markup {
  const { product, downloads, isCut } = offered
  const [first] = downloads
  return html`<p>${say('downloads.intro')}</p>
${first === undefined && html`<p class="card">${say('downloads.none')}</p>`}
${downloads.map((one) => releaseCard(say, one, offered))}
${isCut && html`<p class="hint">${say('downloads.more', { max: RELEASES_MAX_COUNT })}</p>`}
${first !== undefined && verifyCard(say, product, first)}
${card('install', say('downloads.install'), html`<p>${say('downloads.installText')}</p>${command('fleetward-agent install --file update.fwbundle')}<p>${say('downloads.installAfter')}</p>${instructions(say, product)}`)}`
}

/** For a product whose files are not for everybody. */
export function insteadContent(say: Say, product: PublicProduct): Markup {
  const isAutomatic = product.facts.updatePolicy?.automatic !== false
  return card(
    'instead',
    say('downloads.instead'),
    html`<p>${say(isAutomatic ? 'downloads.insteadAutomatic' : 'downloads.insteadAsked')}</p>${instructions(say, product)}`,
  )
}

function releaseCard(say: Say, one: Download, offered: Offered): Markup {
  const { downloads, advisories, base } = offered
  const { release, publishedAt, fileName, path } = one
  const id = `release-${release.version}`
  const isNewestFix = one === downloads[0] && mendsSecurity(release)
  const isHere = say.place !== 'files'
  const known = release.advisories.filter((name) => advisories.has(name))
  const fixes = release.fixes.filter((name) => offered.known.has(name))
  const rows: readonly (readonly [string, Part])[] = [
    [say('downloads.released'), say.day(publishedAt)],
    [
      say('downloads.fixes'),
      fixes.length > 0 && html`<span class="break">${fixes.join(', ')}</span>`,
    ],
    [
      say('downloads.advisories'),
      known.length > 0 &&
        known.map(
          (name, at) =>
            html`${at > 0 && ', '}<a href="${linkTo(say, advisoryPath(name))}">${name}</a>`,
        ),
    ],
    [say('downloads.fits'), html`<span class="break">${release.compatible.join(', ')}</span>`],
    [say('downloads.file'), html`<code class="break">${fileName}</code>`],
    [say('downloads.size'), bytes(say, release.length)],
    ['SHA-256', html`<code class="break">${release.sha256}</code>`],
    ['SHA-512', release.sha512 !== undefined && html`<code class="break">${release.sha512}</code>`],
    [
      say('downloads.notes'),
      release.notes !== '' && html`<span class="said-text">${plainText(release.notes)}</span>`,
    ],
  ]
  return html`<section class="card" aria-labelledby="${id}">
<h2 id="${id}">${release.version} <span class="tag">${say(isNewestFix ? 'downloads.newestFix' : `downloads.kind.${release.kind}`)}</span></h2>
<dl class="facts">${rows
    .filter(([, value]) => value !== false)
    .map(([label, value]) => html`<dt>${label}</dt><dd>${value}</dd>\n`)}</dl>
${
  isHere
    ? html`<p><a class="button" href="${linkToFile(say, path)}" download="${fileName}">${say('downloads.download', { version: release.version })}</a></p>`
    : html`<p>${say('downloads.atServer')} <a class="break" href="${base}${path}">${base}${path}</a></p>`
}
</section>
`
}

function verifyCard(say: Say, product: PublicProduct, { fileName, release }: Download): Markup {
  return card(
    'verify',
    say('downloads.verify'),
    html`<p>${say('downloads.verifyText')}</p>
<p><a href="${linkToFile(say, sumsPath(product))}" download="SHA256SUMS">${say('downloads.sums')}</a></p>
<h3>${say('downloads.verifyLinux')}</h3>
${command('sha256sum --check --ignore-missing SHA256SUMS')}
<h3>${say('downloads.verifyOne')}</h3>
${command(`openssl dgst -sha256 ${fileName}`)}
<h3>${say('downloads.verifyWindows')}</h3>
${command(`(Get-FileHash ${fileName}).Hash -eq '${release.sha256}'`)}
<p>${say('downloads.worth')}</p>`,
  )
}

function instructions(say: Say, { facts, written }: PublicProduct): Part {
  const updates = facts.instructions?.updates
  if (updates === undefined) return undefined
  const label = say('downloads.instructions')
  if (/^https:\/\/\S+$/.test(updates)) return html`<p><a href="${updates}">${label}</a></p>`
  return html`<p>${label}: <span class="said-text" lang="${written}">${updates}</span></p>`
}

function command(text: string): Markup {
  return html`<pre><code>${text}</code></pre>`
}

function card(id: string, title: string, content: Part): Markup {
  return html`<section class="card" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}
</section>`
}

function bytes(say: Say, count: number): string {
  const number = new Intl.NumberFormat(say.language, { maximumFractionDigits: 1 })
  const exact = `${number.format(count)} B`
  if (count < 1024) return exact
  const [unit, size] = count < 1024 ** 2 ? ['KiB', 1024] : ['MiB', 1024 ** 2]
  return `${number.format(count / (size as number))} ${unit} (${exact})`
}
