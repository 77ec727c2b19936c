/** Entry of the page: styles of the document, the shell, its way to the node, the service worker. */
import { connectNode } from '../../page/connect-node.ts'
import { registerServiceWorker } from '../../page/service-worker.ts'
import { tokens } from '../styles/tokens.ts'
import './app.ts'
import { applyLastTheme } from './theme.ts'

if (tokens.styleSheet) document.adoptedStyleSheets = [tokens.styleSheet]
applyLastTheme()
const app = document.querySelector('kith-app')
if (app) {
  app.connect = () => connectNode()
  void registerServiceWorker(({ apply }) => {
    app.newVersion = apply
  })
}
