import { AssistantChat } from "./element.js";

if (!customElements.get("assistant-chat")) customElements.define("assistant-chat", AssistantChat);
