/**
 * The files of the page, read once and served from memory. Everything that reads them goes through
 * {@link siteFile}: in a single executable they are its assets, and there is no folder.
 */
import { readFileSync } from 'node:fs'
import { getAsset, isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'

export const SITE_SCRIPTS = [
  'main.js',
  'api.js',
  'elements.js',
  'words.js',
  'moments.js',
  'headline.js',
  'dialogs.js',
  'live.js',
  'overview.js',
  'settings.js',
  'activity.js',
  'data.js',
  'about.js',
  'pairing.js',
] as const
export const SITE_LANGUAGES = ['en', 'de', 'fr'] as const
export const SITE_FILES = [
  'index.html',
  'page.css',
  'icon.svg',
  ...SITE_SCRIPTS,
  ...SITE_LANGUAGES.map((language) => `${language}.json` as const),
] as const

export type SiteFileName = (typeof SITE_FILES)[number]
export type SiteLanguage = (typeof SITE_LANGUAGES)[number]

/** Assets of a single executable are named `page/index.html` and so on. */
export function siteFile(name: SiteFileName): Uint8Array {
  if (isSea()) return new Uint8Array(getAsset(`page/${name}`))
  return readFileSync(fileURLToPath(new URL(`./site/${name}`, import.meta.url)))
}
