/** A folder as a web server lists it: for programs that look for files (CSAF 2.0, requirement 14). */
import { CSAF_PATH } from '@fleetward/vulnerability'
import { html } from '../../pages/markup.ts'

export function folderPage(path: string, names: readonly string[]): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Index of ${path}</title>
</head>
<body>
<main>
<h1>Index of ${path}</h1>
<ul>
${
  // Above it there is nothing to look at.
  path !== CSAF_PATH && html`<li><a href="../">../</a></li>\n`
}${names.map((name) => html`<li><a href="${name}">${name}</a></li>\n`)}</ul>
</main>
</body>
</html>
`.toString()
}
