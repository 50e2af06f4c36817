/** The page's files as a browser gets them: with their type, and the opening page in its language. */
import { sha256Hex } from '@fleetward/shared'
import { SITE_FILES, SITE_LANGUAGES, type SiteLanguage, siteFile } from './site-file.ts'

export interface ServedFile {
  readonly bytes: Uint8Array
  readonly contentType: string
  readonly etag: string
  readonly language?: SiteLanguage
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
}

export class Site {
  readonly #files = new Map<string, ServedFile>()
  readonly #opening = new Map<SiteLanguage, ServedFile>()

  constructor() {
    for (const name of SITE_FILES) {
      if (name === 'index.html') continue
      this.#files.set(`/site/${name}`, served(name, siteFile(name)))
    }
    const template = textOf(siteFile('index.html'))
    for (const language of SITE_LANGUAGES) {
      const words = JSON.parse(textOf(siteFile(`${language}.json`))) as Record<string, string>
      const html = template
        .replace('<html lang="en">', `<html lang="${language}">`)
        .replaceAll(/\{\{([\w.-]+)\}\}/g, (_, key: string) => escaped(words[key] ?? key))
      const file = served('index.html', new TextEncoder().encode(html))
      this.#opening.set(language, { ...file, language })
    }
  }

  /** undefined when there is no such file. Nothing of what is asked for is ever looked up on a disk. */
  find(path: string, acceptLanguage: string | undefined): ServedFile | undefined {
    if (path === '/') return this.#opening.get(languageOf(acceptLanguage))
    return this.#files.get(path)
  }
}

/** The best of ours by RFC 9110 §12.5.4; English for whoever asks for none of them. */
export function languageOf(acceptLanguage: string | undefined): SiteLanguage {
  const wishes = (acceptLanguage ?? '')
    .slice(0, 400)
    .split(',')
    .map((wish) => {
      const [tag = '', ...parameters] = wish.trim().toLowerCase().split(';')
      const quality = parameters.map((each) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(each)?.[1])
      return { tag: tag.trim().split('-')[0], quality: Number(quality[0] ?? 1) }
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
  const wish = wishes.find(({ tag }) => SITE_LANGUAGES.some((language) => language === tag))
  return SITE_LANGUAGES.find((language) => language === wish?.tag) ?? 'en'
}

function served(name: string, bytes: Uint8Array): ServedFile {
  const contentType = CONTENT_TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
  return { bytes, contentType, etag: `"${sha256Hex(bytes).slice(0, 32)}"` }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? '')
}
