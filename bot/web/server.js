// The ways to the server, which Gradio gives the page once it has started; each sends the page's language along.
import { language } from "./box.js";

export let server = null;
export const reach = (given) => (server = given);

export const articleFrom = (data) => server.article({ ...data, language: language() });
export const noteFrom = (data) => server.note({ ...data, language: language() });
export const viewFrom = (data) => server.view({ ...data, ui: language() });
export const takeFrom = (data) => server.take({ ...data, ui: language() });
export const articlesFrom = (data) => server.articles({ ...data, ui: language() });
export const addFrom = (data) => server.add({ ...data, ui: language() });
