/** Where the console begins in a browser. */
import { render } from 'preact'
import { App } from './app.tsx'
import { startListening } from './live/events.ts'
import { loadLanguage } from './words/language.ts'
import './style/tokens.css'
import './style/page.css'
import './style/pieces.css'
import './style/print.css'

const place = document.getElementById('console')
if (place === null) throw new Error('The page has no place for the console')
await loadLanguage()
startListening()
render(<App />, place)
