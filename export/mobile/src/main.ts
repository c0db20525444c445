import { App } from './app';
import { fillPage } from './texts/page-texts';
import { ModelStore } from './model/model-store';
import { modelsCacheName, registerServiceWorker } from './offline/registration';
import { offerLanguages } from './views/language-choice';

fillPage();
offerLanguages();

const address = (path: string): string => new URL(path, document.baseURI).href;

let offer: (change: () => void) => void = () => undefined;
const offline = registerServiceWorker((change) => offer(change));
const store = new ModelStore(address('models/'), modelsCacheName());
const app = new App(store, address(__LITERT_FOLDER__), offline);
offer = (change) => app.offerUpdate(change);
void app.start();
