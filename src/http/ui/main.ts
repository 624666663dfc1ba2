import { render } from 'preact'
import { html } from './element.ts'
import { Page } from './page.ts'
import { followAddress } from './view.ts'

followAddress()
render(html`<${Page} />`, document.getElementById('page') as HTMLElement)
